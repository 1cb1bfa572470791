/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacking: packed bytes, through a library's decoder, into pages of the arena.
 *
 *      input.h -> a format's decoder, its memory in pool.h -> output.h
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "unpack/input.h"
#include "unpack/output.h"

struct pool;

enum { UNPACK_MAGIC = 8 /* bytes that tell a format */ };

struct unpacker {
    const char *name; /* "gzip" */

    /* Do these UNPACK_MAGIC first bytes look like it? */
    bool (*matches)(const uint8_t *bytes);

    /*
     * Bytes of memory that the decoder needs, beside the output, for a stream that begins with
     * these INPUT_LOOK bytes (zeros past its end) and unpacks to `expected` bytes (0: unknown).
     */
    size_t (*pool_size)(const uint8_t *head, size_t expected);

    /*
     * Unpacks one stream, up to its end. Bytes after it are left alone. Returns 0 or an error,
     * unlogged but for reading's.
     */
    int (*run)(struct pool *, struct input *, struct output *);
};

/* The one whose magic number these UNPACK_MAGIC bytes are, or NULL. */
const struct unpacker *unpack_find(const uint8_t *magic);

/*
 * Unpacks the input, of which nothing has been taken yet, into a new allocation of the output's
 * arena. Streams of the same format one after the other come out as one, and what is past the last
 * one is left alone, as the formats' own programs do it. Errors are logged: ERR_CORRUPT,
 * ERR_TRUNCATED, ERR_TOO_LARGE, ERR_NO_MEMORY and those of reading.
 */
int unpack(const struct unpacker *, struct input *, struct output *);
