/* SPDX-License-Identifier: BSD-2-Clause */
/* Where unpacked bytes go: the arena's newest allocation, which grows. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;
struct progress;

struct output {
    struct arena *arena;
    struct progress *progress;
    size_t limit;    /* more bytes than this are refused */
    size_t expected; /* as the file says; 0: unknown */

    uint8_t *bytes; /* filled in: page-aligned */
    size_t size;    /* bytes unpacked */
    size_t room;    /* bytes allocated */
};

/* Allocates the first room: all of it, where the size is known. Returns 0 or ERR_NO_MEMORY. */
int output_open(struct output *);

/*
 * Makes the room for `more` bytes after `size` (fewer at the limit). Returns 0, ERR_NO_MEMORY or
 * ERR_TOO_LARGE.
 */
int output_reserve(struct output *, size_t more);

/* `count` more bytes have been put there. */
void output_advance(struct output *, size_t count);

/* Moves all of it `distance` bytes up (whole pages): what lies before it grows. Errors as output_open's. */
int output_move_up(struct output *, size_t distance);

/* Gives back the room that was not needed. */
int output_close(struct output *);
