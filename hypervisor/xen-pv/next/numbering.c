/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/numbering.h"

#include <stddef.h>

#include "lib/arena.h"
#include "lib/error.h"

enum { BITS = 64 };

static bool is_claimed(const struct numbering *numbering, uint64_t page)
{
    return (numbering->claimed[page / BITS] >> page % BITS & 1) != 0;
}

static void claim(const struct numbering *numbering, uint64_t page)
{
    if (page < numbering->count) {
        numbering->claimed[page / BITS] |= UINT64_C(1) << page % BITS;
    }
}

/* Is the old frame of this page nobody's, and good for any page? */
static bool is_available(const struct numbering *numbering, uint64_t page)
{
    return !is_claimed(numbering, page) && numbering->p2m[page] != NUMBERING_HOLE &&
           numbering->is_plain(page);
}

int numbering_create(struct numbering *numbering, struct arena *arena, uint64_t count)
{
    numbering->count = count;
    numbering->wanted = arena_array(arena, count, sizeof *numbering->wanted);
    numbering->claimed = arena_array(arena, count / BITS + 1, sizeof *numbering->claimed);
    if (numbering->wanted == NULL || numbering->claimed == NULL) {
        return ERR_NO_MEMORY;
    }
    for (uint64_t page = 0; page < count; page++) {
        numbering->wanted[page] = NUMBERING_ANY;
    }
    return 0;
}

static void claim_wanted(const struct numbering *numbering)
{
    for (uint64_t page = 0; page < numbering->count; page++) {
        if (numbering->wanted[page] != NUMBERING_ANY) {
            claim(numbering, numbering->page_of(numbering->wanted[page]));
        }
    }
}

/* Where any frame will do, the old one stays. */
static void keep_old_frames(const struct numbering *numbering)
{
    for (uint64_t page = 0; page < numbering->count; page++) {
        if (numbering->wanted[page] == NUMBERING_ANY && is_available(numbering, page)) {
            numbering->wanted[page] = numbering->p2m[page];
            claim(numbering, page);
        }
    }
}

/* A spare page; those below the count have kept their frames, and have been handed out with them. */
static uint64_t spare_page(const struct numbering *numbering)
{
    uint64_t page;
    do {
        page = numbering->spare();
    } while (page < numbering->count);
    return page;
}

/*
 * A frame that must make room anyway, from *cursor on; else a spare one. UINT64_MAX when there is
 * none.
 */
static uint64_t other_page(const struct numbering *numbering, uint64_t *cursor)
{
    while (*cursor < numbering->count && !is_available(numbering, *cursor)) {
        ++*cursor;
    }
    return *cursor < numbering->count ? *cursor : spare_page(numbering);
}

int numbering_resolve(struct numbering *numbering)
{
    claim_wanted(numbering);
    keep_old_frames(numbering);
    uint64_t cursor = 0;
    for (uint64_t page = 0; page < numbering->count; page++) {
        if (numbering->wanted[page] == NUMBERING_ANY) {
            uint64_t other = other_page(numbering, &cursor);
            if (other == UINT64_MAX) {
                return ERR_NO_MEMORY;
            }
            numbering->wanted[page] = numbering->p2m[other];
            claim(numbering, other);
        }
    }
    return 0;
}

/*
 * A page after the first ones gave its frame away: it gets one that nobody claimed, of which there
 * are as many.
 */
static void refill(const struct numbering *numbering, uint64_t page, uint64_t *cursor)
{
    while (is_claimed(numbering, *cursor)) {
        ++*cursor;
    }
    uint64_t frame = numbering->p2m[(*cursor)++];
    numbering->p2m[page] = frame;
    if (frame != NUMBERING_HOLE) {
        numbering->moved(frame, page);
    }
}

void numbering_apply(const struct numbering *numbering)
{
    uint64_t cursor = 0;
    for (uint64_t page = 0; page < numbering->count; page++) {
        uint64_t source = numbering->page_of(numbering->wanted[page]);
        if (source >= numbering->count) {
            refill(numbering, source, &cursor);
        }
    }
    for (uint64_t page = 0; page < numbering->count; page++) {
        if (numbering->p2m[page] != numbering->wanted[page]) {
            numbering->p2m[page] = numbering->wanted[page];
            numbering->moved(numbering->wanted[page], page);
        }
    }
}
