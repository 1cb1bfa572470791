/* SPDX-License-Identifier: BSD-2-Clause */
/* The path of what a command works on, "(hd0,1)/boot/vmlinuz", for the volume's messages. */
#pragma once

#include <stddef.h>

struct volume;

enum { SUBJECT_SIZE = 8192 };

struct subject {
    struct volume *volume;
    size_t length;
    char text[SUBJECT_SIZE]; /* longer paths are cut */
};

/* Begins with the volume's device and `path`, as it was typed, and is the volume's until ... */
void subject_begin(struct subject *, struct volume *, const char *path);

/* ... here. */
void subject_end(struct subject *);

/* Goes to an entry of the directory. Returns what subject_leave() takes to go back. */
size_t subject_enter(struct subject *, const char *name);
void subject_leave(struct subject *, size_t before);
