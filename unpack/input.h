/* SPDX-License-Identifier: BSD-2-Clause */
/* A stream of packed bytes, of which any number can be taken, and which can be looked into before. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct stream;

enum { INPUT_LOOK = 8 }; /* bytes that can be looked at ahead */

struct input {
    struct stream *stream;
    const uint8_t *bytes; /* `left` bytes that nobody has taken yet */
    size_t left;
    const uint8_t *next; /* the chunk after them, when it had to be looked into */
    size_t next_left;
    uint8_t held[INPUT_LOOK]; /* the end of a chunk that is gone */
};

/* Makes `left` more than 0, but at the end. Returns 0 or an error of reading. */
int input_fill(struct input *);

/* Counts `length` of the `left` bytes as taken. */
void input_skip(struct input *, size_t length);

/* Copies up to `length` bytes; fewer only at the end. Returns how many, or an error of reading. */
int input_take(struct input *, uint8_t *target, size_t length);

/* Copies up to INPUT_LOOK bytes and leaves them. Returns how many, or an error of reading. */
int input_look(struct input *, uint8_t *target);
