/* SPDX-License-Identifier: BSD-2-Clause */
/* A node as the library shows it: struct pvboot_node, and the texts in it. */
#pragma once

#include "boot/device_name.h"
#include "fs/fs.h"
#include "fs/subject.h"
#include "libpvboot/pvboot.h"

struct view {
    struct pvboot_node shown;
    struct subject subject;                     /* the node's path, as messages have it, ... */
    size_t short_length;                        /* ... with so many bytes of device */
    char path[DEVICE_NAME_SIZE + SUBJECT_SIZE]; /* and as GRUB 2 names the device, */
    size_t long_length;                         /* likewise */
    char target[LINK_SIZE];
};

/* Begins at a path of a place, with its volume. */
void view_begin(struct view *, const struct place *, struct volume *, const char *path);

/*
 * Shows a node at view->subject; `name` and `below` are bytes of the subject, from which on they are. Returns 0, or the
 * error (logged) of reading a link's text.
 */
int view_fill(struct view *, struct node *, size_t name, size_t below);
