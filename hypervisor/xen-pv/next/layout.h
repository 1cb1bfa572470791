/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The next guest's pages, as Xen's domain builder lays them out (tools/libs/guest of Xen 4.17).
 * Plain arithmetic, tested against layouts that Xen's own builder made.
 *
 *      pfn 0                                                                     map_pages
 *      | gap | kernel | initrd | p2m | start_info | store | console | tables | stack | slack |
 *      | ------------------- page by page, mapped from VIRT_BASE on ----------------------- |
 *
 *      map_pages                       total_pages
 *      | initrd | p2m and its tables | ...                 not mapped from VIRT_BASE on
 *
 * The initrd may be a package of modules (modules.h).
 * The initrd is outside when the kernel has the note MOD_START_PFN, the p2m when it has INIT_P2M;
 * the p2m is then mapped at that address, by L3, L2 and L1 tables of its own that lie after it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct kernel_segment;
struct next_kernel;

/* How many page tables of each level (1 to 3) a mapping needs, and which addresses they cover. */
struct layout_tables {
    uint64_t first[4]; /* [level]: the first address that the first table of this level covers */
    uint64_t count[4]; /* [level]: fewer where another mapping's tables cover it */
};

/* Counts are in pages of 4096 bytes. */
struct layout {
    uint64_t virt_base;
    uint64_t kernel_pfn, kernel_pages;
    uint64_t initrd_pfn, initrd_pages;
    uint64_t p2m_pfn, p2m_pages; /* without tables */
    uint64_t start_info_pfn, store_pfn, console_pfn;
    uint64_t tables_pfn, table_pages; /* L4, L3s, L2s, L1s of the main map */
    uint64_t stack_pfn;
    uint64_t map_pages;   /* mapped from virt_base on */
    uint64_t total_pages; /* all of the above and what follows the map */
    bool initrd_mapped;
    bool p2m_mapped; /* in the main map; otherwise at p2m_base */
    uint64_t p2m_base;
    uint64_t p2m_table_pages;
    struct layout_tables map_tables, p2m_tables;
};

/* A segment's place: bytes from the start of the guest's memory. */
uint64_t layout_address(const struct next_kernel *, const struct kernel_segment *);

/* Bytes of the initrd, or of the package of modules. */
uint64_t layout_initrd_size(const struct next_kernel *);

/*
 * The layout of a kernel that next_check() has passed in a domain of `nr_pages` pages. Returns 0, ERR_INVALID when an address of
 * the kernel cannot be (or runs into Xen's own), ERR_NO_MEMORY when it is larger than the domain;
 * `total_pages` then says how much it needs, at least.
 */
int layout_compute(struct layout *, const struct next_kernel *, uint64_t nr_pages);

/*
 * Of these pages, those that are made beside the loaded files, before the next guest starts: tables,
 * start_info, what is only zeros, and where a page holds the end of a file.
 */
uint64_t layout_new_pages(const struct layout *, const struct next_kernel *);
