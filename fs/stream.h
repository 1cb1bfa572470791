/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source read from front to back, for a decompressor: the next chunks are always in flight while
 * this one is worked on.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;
struct source;
struct stream;

/*
 * Starts to read `length` bytes from `offset` on. NULL when there is no memory; ranges are checked
 * by stream_next.
 */
struct stream *stream_open(struct arena *, const struct source *, uint64_t offset, uint64_t length);

/*
 * The next chunk: *bytes and *length, valid until the next call. *length is 0 at the end. Returns 0
 * or an error as source_read's.
 */
int stream_next(struct stream *, const uint8_t **bytes, size_t *length);

/* Waits for what is in flight; to be called before the arena is released. */
void stream_close(struct stream *);
