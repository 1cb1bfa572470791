/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The pages of the next guest, of pages of the arena: one that holds exactly what page N is to hold moves there; only where two pieces
 * share a page, or one does not begin with a page, a fresh one is put together.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hypervisor/xen-pvh/next/moves.h"

struct arena;

struct pvh_pages {
    struct arena *arena;
    struct moves moves;
    uint64_t *given; /* a bit for each page of the arena: it is a page of the guest already */
    size_t given_count;
    uint64_t last_page; /* the newest page that was put together, and its contents */
    uint8_t *last_contents;
    uint64_t copied; /* bytes */
};

/* For at most `limit` pages; what they are made of lies in the arena's first `used` bytes. Returns 0 or ERR_NO_MEMORY. */
int pvh_pages_create(struct pvh_pages *, struct arena *, size_t used, size_t limit);

/*
 * `file_size` bytes are to be at `paddr`, then zeros up to `size`. Pieces come in the order of their addresses where they share a page. Returns 0
 * or ERR_NO_MEMORY.
 */
int pvh_pages_place(struct pvh_pages *, uint64_t paddr, const uint8_t *bytes, uint64_t file_size,
                    uint64_t size);

/* Whole pages of the arena, which nobody else is given, are to be at `paddr`. */
void pvh_pages_move(struct pvh_pages *, uint64_t paddr, const uint8_t *bytes, uint64_t size);
