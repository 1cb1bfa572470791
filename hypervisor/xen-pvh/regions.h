/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which physical memory the loader uses, as plain arithmetic: the image at the top of what lies below 4 GiB, and
 * the arena over the rest, in an order that leaves files where the next kernel may find them. The kernel itself is
 * wanted low in memory, so the arena begins in the middle; what is below comes last.
 *
 *      0      2 MiB                 middle                                 top   4 GiB
 *      |      | arena, third        | arena, first                 | image |  ...  | arena, second
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "lib/memory.h"

enum { REGIONS_LIMIT = 16 };

/* Of the arena: `length` bytes at `paddr`, both multiples of 2 MiB. */
struct region {
    uint64_t paddr, length;
};

struct regions {
    uint64_t image;     /* physical address of what the loader keeps for itself, page-aligned ... */
    uint64_t image_end; /* ... to here: image and page tables */
    struct region arena[REGIONS_LIMIT];
    size_t count;
};

/*
 * Takes `own_size` bytes for the loader, and the rest for the arena, but not `kept` (the ramdisk: kept.length may be 0). Returns
 * 0, or ERR_NO_MEMORY when there is no room for the loader itself above `lowest`.
 */
int regions_choose(struct regions *, const struct memory *, uint64_t own_size, uint64_t lowest,
                   struct memory_range kept);

/* Bytes of all. */
uint64_t regions_size(const struct regions *);

/* The physical address of the arena's byte `offset`, which is inside of it. */
uint64_t regions_paddr(const struct regions *, uint64_t offset);

/* The arena's byte that lies at a physical address; UINT64_MAX: none does. */
uint64_t regions_offset(const struct regions *, uint64_t paddr);
