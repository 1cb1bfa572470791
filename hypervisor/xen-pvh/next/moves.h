/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The order in which pages are copied to where the next guest wants them, so that nothing is overwritten that is still
 * to be copied. Every page goes to at most one place, and no two go to the same: chains, done from their end, and
 * rings, which a spare page opens:
 *
 *      a -> b -> c -> (free)      c, b, a
 *      a -> b -> a                a to the spare page, b, the spare page
 *
 * What is to be zero becomes so after all copies. Pages that follow each other are one step, copied upward.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define MOVE_ZERO UINT64_MAX /* `from`: the page is to be zero */

/* `to` and `from`: page numbers. */
struct move {
    uint64_t to, from;
    bool blocked; /* another one's `from` is our `to` */
    bool done;
};

struct move_step {
    uint64_t to, from, pages;
};

struct moves {
    struct move *moves; /* as added, then by `to` */
    size_t count, limit;
    struct move_step *steps;
    size_t step_count;
};

/* Bytes of an arena that moves_create() takes. */
uint64_t moves_size(size_t limit);

/* Room for `limit` pages. Returns 0 or ERR_NO_MEMORY. */
int moves_create(struct moves *, struct arena *, size_t limit);

/* Page `from` is to be at `to`. There must be room. */
void moves_add(struct moves *, uint64_t to, uint64_t from);

/* Finds the steps; `spare` is a page that is nobody's. */
void moves_order(struct moves *, uint64_t spare);
