/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words with wildcards ("GNU GRUB manual 2.12", chapter 16.3.70): once the module regexp is there, they stand
 * for the paths that they match.
 *
 *      /boot/vmlinuz-*     /boot/vmlinuz-6.1.0-18-amd64 /boot/vmlinuz-5.10.0-28-amd64
 *      (hd0,*)/boot        (hd0,gpt1)/boot (hd0,gpt3)/boot
 *      *                   (hd0) (hd1)
 *
 * A backslash stands before a character that was quoted, and is none.
 */
#pragma once

#include "boot/script/script.h"

/* Paths in the order of their folders. */
struct path {
    const char *text;
    struct path *next;
};

/* Can it stand for paths? */
bool wildcards_are_in(const char *word);

/*
 * The paths that such a word matches; none: it stands for itself. They lie in the script's scratch arena. Each
 * name that is looked at is one of the script's steps. Returns 0, ERR_TOO_LARGE (there is no room) or ERR_LOOP
 * (there are no steps left); neither is logged.
 */
int wildcards_expand(struct script *, const char *word, struct path **paths);

/* Takes the backslashes out of a word, in place. */
void wildcards_unescape(char *word);
