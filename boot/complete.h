/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion: what could stand at the end of a line that is being typed. */
#pragma once

#include <stddef.h>

struct arena;
struct devices;
struct place;
struct script;

struct completion {
    const char **candidates; /* sorted as they were found */
    size_t count;
    const char *addition; /* what all of them go on with, after what is typed; perhaps "" */
};

/*
 * Completes the last word of the `length` bytes of `text`: the first word of a statement is a command,
 * a name after a '$' a variable, a word that begins with "(" a device or partition up to its ")", any other a path. Directories
 * end with a slash, all else with a blank when there is just one. The script has variables and
 * functions; NULL: there is none. Everything is in the arena.
 * Returns 0 or ERR_NO_MEMORY; what cannot be read has no candidates.
 */
int complete(struct completion *, const char *text, size_t length, struct devices *,
             struct place *root, const struct script *, struct arena *);
