/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/moves.h"

#include <stdbool.h>
#include <stdlib.h>

#include "lib/arena.h"
#include "lib/error.h"

/* A ring has two pages at least, and takes one more step. */
static size_t step_limit(size_t limit)
{
    return limit + limit / 2;
}

uint64_t moves_size(size_t limit)
{
    return limit * sizeof(struct move) + step_limit(limit) * sizeof(struct move_step);
}

int moves_create(struct moves *moves, struct arena *arena, size_t limit)
{
    *moves = (struct moves){.limit = limit};
    moves->moves = arena_array(arena, limit, sizeof *moves->moves);
    moves->steps = arena_array(arena, step_limit(limit), sizeof *moves->steps);
    return moves->moves == NULL || moves->steps == NULL ? ERR_NO_MEMORY : 0;
}

void moves_add(struct moves *moves, uint64_t to, uint64_t from)
{
    if (to != from) {
        moves->moves[moves->count++] = (struct move){.to = to, .from = from};
    }
}

static int by_target(const void *a, const void *b)
{
    const struct move *one = a, *other = b;
    return one->to < other->to ? -1 : one->to > other->to;
}

/* The copy that wants page `to` for itself; NULL: there is none. */
static struct move *find(const struct moves *moves, uint64_t to)
{
    const struct move key = {.to = to};
    struct move *found = bsearch(&key, moves->moves, moves->count, sizeof key, by_target);
    return found != NULL && found->from != MOVE_ZERO ? found : NULL;
}

static bool continues(const struct move_step *step, uint64_t to, uint64_t from)
{
    bool zero = step->from == MOVE_ZERO || from == MOVE_ZERO;
    uint64_t next = zero ? step->from : step->from + step->pages;
    return to == step->to + step->pages && from == next;
}

static void add_step(struct moves *moves, uint64_t to, uint64_t from)
{
    size_t count = moves->step_count;
    if (count > 0 && continues(&moves->steps[count - 1], to, from)) {
        moves->steps[count - 1].pages++;
        return;
    }
    moves->steps[count] = (struct move_step){.to = to, .from = from, .pages = 1};
    moves->step_count++;
}

/* Does one copy. Returns the one that may now be done, into the page that it has left; NULL: there is none. */
static struct move *do_move(struct moves *moves, struct move *move, uint64_t from)
{
    add_step(moves, move->to, from);
    move->done = true;
    struct move *next = find(moves, move->from);
    if (next != NULL) {
        next->blocked = false;
    }
    return next;
}

static bool is_ready(const struct move *move)
{
    return !move->done && !move->blocked && move->from != MOVE_ZERO;
}

/* The last one of a ring takes from the spare page what was in the first one's. */
static void do_ring(struct moves *moves, struct move *first, uint64_t spare)
{
    struct move *move = first;
    add_step(moves, spare, first->to);
    while (move->from != first->to) {
        move = do_move(moves, move, move->from);
    }
    (void)do_move(moves, move, spare);
}

static void mark_blocked(struct moves *moves)
{
    for (size_t i = 0; i < moves->count; i++) {
        struct move *blocked =
            moves->moves[i].from != MOVE_ZERO ? find(moves, moves->moves[i].from) : NULL;
        if (blocked != NULL) {
            blocked->blocked = true;
        }
    }
}

void moves_order(struct moves *moves, uint64_t spare)
{
    struct move *end = moves->moves + moves->count;
    qsort(moves->moves, moves->count, sizeof *moves->moves, by_target);
    mark_blocked(moves);
    for (struct move *move = moves->moves; move < end; move++) { /* upward: in long runs */
        if (is_ready(move)) {
            (void)do_move(moves, move, move->from);
        }
    }
    for (struct move *move = moves->moves; move < end; move++) {
        for (struct move *next = move; next != NULL && is_ready(next);) {
            next = do_move(moves, next, next->from);
        }
    }
    for (struct move *move = moves->moves; move < end; move++) {
        if (!move->done && move->from != MOVE_ZERO) {
            do_ring(moves, move, spare);
        }
    }
    for (struct move *move = moves->moves; move < end; move++) {
        if (move->from == MOVE_ZERO) {
            add_step(moves, move->to, MOVE_ZERO);
        }
    }
}
