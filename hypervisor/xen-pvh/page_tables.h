/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page tables of memory_map.h, as plain memory. No page can be both written to and executed, but for those that the
 * hand-over adds for its last steps. Where the processor has pages of 1 GiB, they map what lies so; else those of 2 MiB do.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hypervisor/xen-pvh/regions.h"

/* The loader's image: where it lies, and how many bytes from its start each part begins. All are whole pages. */
struct page_tables_image {
    uint64_t paddr;
    uint64_t rodata, data, end; /* code comes first */
    uint64_t guard;             /* the page that is not mapped */
};

struct page_tables {
    uint64_t *entries; /* whole pages, where we see them */
    uint64_t paddr;    /* where they lie, below 4 GiB */
    bool has_gigabytes;
};

/* Bytes of tables for these regions' arena, or for any of so many bytes. */
uint64_t page_tables_size(uint64_t arena_size, bool has_gigabytes);

/* Fills them, cleared: the image, the arena's first `arena_size` bytes from page_tables_arena() on, the first 4 GiB. The L4 is their first page. */
void page_tables_fill(const struct page_tables *, const struct page_tables_image *,
                      const struct regions *, uint64_t arena_size);

/* Where the arena begins: so that its largest region lies in steps of 1 GiB. */
uint64_t page_tables_arena(const struct regions *);

/* Maps the page at a physical address, writable, where this page of the image was. */
void page_tables_point(const struct page_tables *, uint64_t page, uint64_t paddr);

/* Maps the first 4 GiB, executable, at their own addresses, too. */
void page_tables_add_identity(const struct page_tables *);
