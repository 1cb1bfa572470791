/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for a library's decoder: one block, handed out upwards, never taken back before the whole
 * of it is. It lies before the output, which must be the arena's newest allocation to grow:
 *
 *      | output ....
 *      | pool | output ....             for the first stream's decoder
 *      | pool         | output ....     for one that wants more
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct output;

struct pool {
    uint8_t *bytes; /* page-aligned */
    size_t size, used;
};

/*
 * Empties it, and makes it `size` bytes large at least: the output, which begins where it ends, moves
 * up. Returns 0 or ERR_NO_MEMORY.
 */
int pool_renew(struct pool *, struct output *, size_t size);

/* `size` bytes, aligned to 16, or NULL when it is used up. */
void *pool_take(struct pool *, size_t size);
