/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/pool.h"

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

int pool_create(struct pool *pool, struct arena *arena, size_t size)
{
    *pool = (struct pool){.bytes = arena_pages(arena, size), .size = size};
    return pool->bytes == NULL ? ERR_NO_MEMORY : 0;
}

void *pool_take(struct pool *pool, size_t size)
{
    size_t start = align_up(pool->used, 16);
    if (!range_within(start, size, pool->size)) {
        return NULL;
    }
    pool->used = start + size;
    return pool->bytes + start;
}
