/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/holes.h"

#include <stddef.h>

#include "hypervisor/xen-pvh/memory_map.h"
#include "lib/checked.h"

#define FIRST_HOLE  UINT64_C(0x100000)
#define APICS_START UINT64_C(0xfec00000) /* I/O APIC, local APIC, MSI */

/* The end of a range that has something of [start, start + size); 0: there is none. */
static uint64_t taken_until(const struct memory *memory, uint64_t start, uint64_t size)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_range *range = &memory->ranges[i];
        if (range->start < start + size && start < range->start + range->length) {
            return range->start + range->length;
        }
    }
    return 0;
}

uint64_t hole_find(const struct memory *memory, uint64_t size)
{
    uint64_t start = align_up(FIRST_HOLE, LARGE_PAGE), taken;
    while (range_within(start, size, APICS_START) &&
           (taken = taken_until(memory, start, size)) != 0) {
        start = align_up(taken, LARGE_PAGE);
    }
    return range_within(start, size, APICS_START) ? start : 0;
}
