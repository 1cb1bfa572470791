/* SPDX-License-Identifier: BSD-2-Clause */
#include "unpack/pool.h"

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "unpack/output.h"

int pool_renew(struct pool *pool, struct output *output, size_t size)
{
    pool->used = 0;
    if (size <= pool->size) {
        return 0;
    }
    size_t more = align_up(size - pool->size, PAGE_SIZE);
    int error = output_move_up(output, more);
    if (error == 0) {
        pool->size += more;
    }
    return error;
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
