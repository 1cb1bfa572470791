/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packed bytes, of which any number can be taken, and which can be looked into before. They come in
 * chunks; whoever has them embeds this struct, and fills in the first three members:
 *
 *      chunk                       next chunk
 *      |  taken  |      left      |      next      |
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct log;

enum { INPUT_LOOK = 64 }; /* bytes that can be looked at ahead */

struct input {
    /*
     * The next chunk: *bytes and *length, valid until the next call; *length is 0 at the end.
     * Returns 0 or an error that it has logged.
     */
    int (*next_chunk)(struct input *, const uint8_t **bytes, size_t *length);
    const char *name; /* for messages: the file that is packed */
    struct log *log;

    const uint8_t *bytes; /* `left` bytes that nobody has taken yet */
    size_t left;
    const uint8_t *next; /* the chunk after them, when it had to be looked into */
    size_t next_left;
    uint8_t held[INPUT_LOOK]; /* the end of a chunk that is gone */
};

/* Makes `left` more than 0. Returns 0, ERR_TRUNCATED at the end, or an error of reading. */
int input_fill(struct input *);

/* Counts `length` of the `left` bytes as taken. */
void input_skip(struct input *, size_t length);

/* Copies `length` bytes. Returns 0, ERR_TRUNCATED where there are fewer, or an error of reading. */
int input_take(struct input *, uint8_t *target, size_t length);

/*
 * Takes `length` bytes in one piece: where they lie, or copied to `buffer` where they lie in two
 * chunks. *piece is valid until the input is used again. Errors as input_take's.
 */
int input_piece(struct input *, uint8_t *buffer, size_t length, const uint8_t **piece);

/*
 * Copies up to INPUT_LOOK bytes and leaves them; fewer only at the end. Returns how many, or an error
 * of reading.
 */
int input_look(struct input *, uint8_t *target);
