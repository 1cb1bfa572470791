/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for a library's decoder: one block, handed out upwards, never taken back before the whole
 * of it is. It is taken from the arena before the output begins, for the output must be the arena's
 * newest allocation to grow.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;

struct pool {
    uint8_t *bytes;
    size_t size, used;
};

/* Returns 0 or ERR_NO_MEMORY. */
int pool_create(struct pool *, struct arena *, size_t size);

/* `size` bytes, aligned to 16, or NULL when it is used up. */
void *pool_take(struct pool *, size_t size);
