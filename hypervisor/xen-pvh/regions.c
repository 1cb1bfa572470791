/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/regions.h"

#include <stdbool.h>

#include "hypervisor/xen-pvh/memory_map.h"
#include "lib/checked.h"
#include "lib/error.h"

#define FOUR_GIB DIRECT_LIMIT

static uint64_t end_of(const struct memory_range *range)
{
    return range->start + range->length;
}

/* The part of the RAM in `range` that lies from `from` to `to`. */
static struct memory_range clip(const struct memory_range *range, uint64_t from, uint64_t to)
{
    struct memory_range part = {.start = max_u64(range->start, from)};
    uint64_t end = min_u64(end_of(range), to);
    part.length = range->kind == MEMORY_RAM && end > part.start ? end - part.start : 0;
    return part;
}

/* Adds what of [from, to) is RAM, in large pages. */
static void add_part(struct regions *regions, const struct memory_range *range, uint64_t from,
                     uint64_t to)
{
    struct memory_range part = clip(range, from, to);
    uint64_t start = align_up(part.start, LARGE_PAGE);
    uint64_t end = align_down(end_of(&part), LARGE_PAGE);
    if (end > start && regions->count < REGIONS_LIMIT) {
        regions->arena[regions->count++] = (struct region){.paddr = start, .length = end - start};
    }
}

static void add(struct regions *regions, const struct memory *memory, struct memory_range kept,
                uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < memory->count; i++) {
        add_part(regions, &memory->ranges[i], from, min_u64(to, kept.length > 0 ? kept.start : to));
        if (kept.length > 0) {
            add_part(regions, &memory->ranges[i], max_u64(from, end_of(&kept)), to);
        }
    }
}

/* The end of the highest `size` bytes of RAM below 4 GiB that are not kept; 0: there are none. */
static uint64_t find_top(const struct memory *memory, uint64_t size, uint64_t lowest,
                         struct memory_range kept)
{
    uint64_t top = 0;
    for (size_t i = 0; i < memory->count; i++) {
        struct memory_range part = clip(&memory->ranges[i], lowest, FOUR_GIB);
        if (kept.length > 0 && kept.start < end_of(&part) &&
            end_of(&kept) > end_of(&part) - min_u64(size, part.length)) {
            part = clip(&memory->ranges[i], lowest, kept.start); /* the ramdisk is at its end */
        }
        uint64_t end = align_down(end_of(&part), LARGE_PAGE);
        if (end >= part.start + size) {
            top = max_u64(top, end);
        }
    }
    return top;
}

int regions_choose(struct regions *regions, const struct memory *memory, uint64_t own_size,
                   uint64_t lowest, struct memory_range kept)
{
    uint64_t top = find_top(memory, own_size, lowest, kept);
    if (top == 0) {
        return ERR_NO_MEMORY;
    }
    uint64_t middle = align_down(top / 2, LARGE_PAGE);
    *regions = (struct regions){.image = top - own_size, .image_end = top};
    add(regions, memory, kept, middle, regions->image);
    add(regions, memory, kept, FOUR_GIB, UINT64_MAX);
    add(regions, memory, kept, LARGE_PAGE, middle);
    return 0;
}

uint64_t regions_size(const struct regions *regions)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < regions->count; i++) {
        sum += regions->arena[i].length;
    }
    return sum;
}

uint64_t regions_paddr(const struct regions *regions, uint64_t offset)
{
    size_t i = 0;
    while (i + 1 < regions->count && offset >= regions->arena[i].length) {
        offset -= regions->arena[i++].length;
    }
    return regions->arena[i].paddr + offset;
}

uint64_t regions_offset(const struct regions *regions, uint64_t paddr)
{
    uint64_t before = 0;
    for (size_t i = 0; i < regions->count; i++) {
        const struct region *region = &regions->arena[i];
        if (paddr - region->paddr < region->length) {
            return before + (paddr - region->paddr);
        }
        before += region->length;
    }
    return UINT64_MAX;
}
