/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacking: a range of a source, through a library's decoder, into pages of the arena. The next
 * chunks are being read while one is unpacked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/source.h"

struct arena;
struct input;

/* Called now and then with the bytes unpacked so far. */
struct progress {
    void (*advanced)(struct progress *, uint64_t bytes);
};

/* Where the unpacked bytes go: the arena's newest allocation, which grows. */
struct output {
    struct arena *arena;
    uint8_t *bytes;
    size_t size;     /* bytes unpacked */
    size_t room;     /* bytes allocated */
    size_t limit;    /* more than this is refused */
    size_t expected; /* as the file says; 0: unknown */
};

/*
 * Makes the room for `more` bytes after `size` (fewer at the limit). Returns 0, ERR_NO_MEMORY or
 * ERR_TOO_LARGE.
 */
int output_reserve(struct output *, size_t more);

enum { UNPACK_HEAD = 64 };

struct unpacker {
    const char *name; /* "gzip" */

    /* Do these first bytes (at least 8) look like it? */
    bool (*matches)(const uint8_t *bytes);

    /*
     * Bytes of memory that the decoder needs, beside the output, for a stream that begins with
     * these UNPACK_HEAD bytes (zeros past its end) and unpacks to `expected` bytes (0: unknown).
     */
    size_t (*pool_size)(const uint8_t *head, size_t expected);

    /*
     * Unpacks one stream, up to its end. Bytes after it are left alone. Returns 0 or an error,
     * unlogged but for reading's.
     */
    int (*run)(void *pool, struct input *, struct output *, struct progress *);
};

/* The one whose magic number the 8 bytes at `offset` begin with, or NULL. */
const struct unpacker *unpack_find(const struct source *, uint64_t offset);

/*
 * Unpacks `length` bytes at `offset` of `source` into a new allocation of at most `limit` bytes,
 * page-aligned: *bytes and *size. Streams of the same format one after the other come out as one, and
 * what is past the last one is left alone, as the formats' own programs do it. `expected` is the
 * size that the file says, or 0. Errors are logged: ERR_CORRUPT, ERR_TRUNCATED, ERR_TOO_LARGE,
 * ERR_NO_MEMORY and those of reading.
 */
int unpack(const struct unpacker *, const struct source *, uint64_t offset, uint64_t length,
           size_t expected, size_t limit, struct arena *, struct progress *, uint8_t **bytes,
           size_t *size);
