/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's own address space. Under Xen a guest's page tables are read-only to it: an entry is
 * changed by a hypercall, and a page becomes a table by being filled, made read-only and hooked in.
 *
 * Room for new tables is what the initial 4 MiB have after the boot stack, all of it mapped
 * already:
 *
 *      image | start_info | store | console | Xen's tables | boot stack | our tables -> ... | 4 MiB
 */
#pragma once

#include "hypervisor/xen-pv/paging.h"

struct pfn_range {
    pfn_t first;
    pfn_t count;
};

/* Finds the initial mapping's end and the room for tables. Call it before the others. */
void maps_start(void);

/* Pages that Xen mapped from IMAGE_BASE on. */
pfn_t maps_initial_pages(void);

/*
 * Puts the page-table entry `entry` at `address`, which may lie in any slot that Xen does not own.
 * Returns 0 or ERR_NO_MEMORY.
 */
int maps_set(const void *address, uint64_t entry);

/* A cleared page for a table; fill it before it is hooked in. NULL when there is no room. */
uint64_t *maps_table(void);

/* Hooks a filled L1 table in at `address`, which is 2 MiB-aligned. Returns 0 or ERR_NO_MEMORY. */
int maps_hook(const void *address, uint64_t *table);

/* Takes the right to write from a page, so that it can become a table. Returns 0 or ERR_INVALID. */
int maps_write_protect(const void *page);

/* Takes the right to write from all pages from `start` to `end`, both page-aligned. */
void maps_protect(const void *start, const void *end);

/* The frames that are page tables of this world: Xen's, and ours. */
struct pfn_range maps_first_tables(void);
struct pfn_range maps_own_tables(void);
