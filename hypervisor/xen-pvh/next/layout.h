/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where everything of the next guest lies in its physical memory. Plain arithmetic.
 *
 *      0xE0000      kernel           information                             modules
 *      | RSDP |     | segments ... | start_info or its like, with texts |    | initrd | ...
 *
 * The kernel goes where its segments say, or as a whole to where it may be moved. The information comes right
 * after it, as low as there is room, for FreeBSD takes its first memory after the highest of all pieces. A module stays
 * where it has been read, if that may be; otherwise it comes after the information. A copy of ACPI's first table is where the
 * BIOS of a PC has it, for kernels that are not told where it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/memory.h"

struct kernel_segment;

#define FLAT_LIMIT UINT64_C(0x100000000) /* what has no paging reaches no more: 4 GiB */

/* A kernel that starts without paging, as one way to start it has it (way.h). */
struct flat_kernel {
    const struct kernel_segment *segments; /* at least one; in ascending order, not overlapping */
    size_t segment_count;
    uint32_t entry; /* physical address, before it moves */
    bool can_move;  /* as a whole, in steps of `alignment`: first and last byte within the others */
    uint32_t alignment, minimum, maximum;
    uint64_t modules_end; /* modules must end here at the latest */
    bool wants_rsdp_low;  /* it looks for ACPI's first table itself */
};

/* A module: bytes, and where they lie now, if that is in one piece below 4 GiB. */
struct layout_module {
    uint64_t size;
    uint64_t now;   /* physical address of a page; 0: it cannot stay */
    uint64_t paddr; /* found by layout_compute(): where it goes */
};

struct pvh_layout {
    const struct memory *memory;
    struct memory_range loader; /* nothing may lie there: it does the work */

    uint64_t shift; /* what is added to the kernel's addresses; wraps */
    uint64_t kernel_start, kernel_end;
    uint64_t rsdp; /* physical address of the page with its copy; 0: none */
    uint64_t information,
        information_size; /* physical address of what the kernel is told, and bytes */
};

/*
 * Fills all but `memory` and `loader`, and the modules' places. `information_size`: bytes. Returns 0, or ERR_NO_MEMORY when something finds no room,
 * ERR_INVALID when the kernel's own addresses are no memory.
 */
int pvh_layout_compute(struct pvh_layout *, const struct flat_kernel *, uint64_t information_size,
                       struct layout_module *modules, size_t count);

/*
 * The lowest pages from `start` on, below 4 GiB, that are RAM and nothing of the layout. Returns their physical address, or 0: there are none.
 */
uint64_t pvh_layout_find_room(const struct pvh_layout *, uint64_t start, uint64_t size,
                              const struct layout_module *modules, size_t count);
