/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/layout.h"

#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

#define LIMIT UINT64_C(0x100000000) /* a kernel without paging reaches no more */

static bool meets(uint64_t start, uint64_t size, uint64_t other, uint64_t other_size)
{
    return size > 0 && other_size > 0 && start < other + other_size && other < start + size;
}

/* Is all of it RAM? (A range of the map that continues another one counts as one with it.) */
static bool is_ram(const struct memory *memory, uint64_t start, uint64_t size)
{
    uint64_t covered = 0;
    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_range *range = &memory->ranges[i];
        uint64_t from = max_u64(start, range->start);
        uint64_t to = min_u64(start + size, range->start + range->length);
        covered += range->kind == MEMORY_RAM && to > from ? to - from : 0;
    }
    return covered == size;
}

/* What of the layout lies at [start, start + size): the end of it; 0: nothing. */
static uint64_t taken_until(const struct pvh_layout *layout, uint64_t start, uint64_t size,
                            const struct layout_module *modules, size_t count)
{
    const struct memory_range *loader = &layout->loader;
    if (meets(start, size, loader->start, loader->length)) {
        return loader->start + loader->length;
    }
    if (meets(start, size, layout->kernel_start, layout->kernel_end - layout->kernel_start)) {
        return layout->kernel_end;
    }
    if (meets(start, size, layout->information, layout->information_size)) {
        return layout->information + layout->information_size;
    }
    for (size_t i = 0; i < count; i++) {
        if (modules[i].paddr != 0 && meets(start, size, modules[i].paddr, modules[i].size)) {
            return modules[i].paddr + modules[i].size;
        }
    }
    return 0;
}

/* The next address from `start` on at which `size` bytes of RAM may begin: a range's first page. */
static uint64_t next_ram(const struct memory *memory, uint64_t start)
{
    uint64_t lowest = UINT64_MAX;
    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_range *range = &memory->ranges[i];
        if (range->kind == MEMORY_RAM && range->start > start) {
            lowest = min_u64(lowest, range->start);
        }
    }
    return lowest;
}

uint64_t pvh_layout_find_room(const struct pvh_layout *layout, uint64_t start, uint64_t size,
                              const struct layout_module *modules, size_t count)
{
    uint64_t taken;
    start = align_up(start, PAGE_SIZE);
    while (range_within(start, size, LIMIT)) {
        if (!is_ram(layout->memory, start, size)) {
            start = align_up(min_u64(next_ram(layout->memory, start), LIMIT), PAGE_SIZE);
        } else if ((taken = taken_until(layout, start, size, modules, count)) != 0) {
            start = align_up(taken, PAGE_SIZE);
        } else {
            return start;
        }
    }
    return 0;
}

static bool kernel_fits(const struct pvh_layout *layout, uint64_t start, uint64_t size)
{
    return range_within(start, size, LIMIT) && is_ram(layout->memory, start, size) &&
           !meets(start, size, layout->loader.start, layout->loader.length);
}

/* A kernel goes where it was linked to go, if that may be; else, if it says that it can, as low as it can. */
static int place_kernel(struct pvh_layout *layout, const struct next_kernel *next)
{
    const struct kernel_segment *last = &next->segments[next->segment_count - 1];
    const struct kernel_pvh *pvh = &next->pvh;
    uint64_t first = next->segments[0].paddr;
    uint64_t size = last->paddr + last->memory_size - first, start = first;
    if (!kernel_fits(layout, start, size) && pvh->can_move && is_power_of_two(pvh->alignment)) {
        start = align_up(pvh->minimum, pvh->alignment);
        while (range_within(start, size, (uint64_t)pvh->maximum + 1) &&
               !kernel_fits(layout, start, size)) {
            start += pvh->alignment;
        }
        if (!range_within(start, size, (uint64_t)pvh->maximum + 1)) {
            return ERR_NO_MEMORY;
        }
    }
    if (!kernel_fits(layout, start, size)) {
        return range_within(start, size, LIMIT) ? ERR_NO_MEMORY : ERR_INVALID;
    }
    layout->shift = start - first;
    layout->kernel_start = start;
    layout->kernel_end = start + size;
    return 0;
}

static int place_information(struct pvh_layout *layout, uint64_t size)
{
    uint64_t place = pvh_layout_find_room(layout, layout->kernel_end, size, NULL, 0);
    if (place == 0) {
        place = pvh_layout_find_room(layout, PAGE_SIZE, size, NULL, 0);
    }
    layout->information = place;
    layout->information_size = size;
    return place == 0 ? ERR_NO_MEMORY : 0;
}

static bool may_stay(const struct pvh_layout *layout, const struct layout_module *module,
                     uint64_t information_end)
{
    return module->now >= information_end && range_within(module->now, module->size, LIMIT) &&
           taken_until(layout, module->now, module->size, NULL, 0) == 0;
}

int pvh_layout_compute(struct pvh_layout *layout, const struct next_kernel *next,
                       uint64_t information_size, struct layout_module *modules, size_t count)
{
    int error = place_kernel(layout, next);
    if (error != 0) {
        return error;
    }
    error = place_information(layout, information_size);
    if (error != 0) {
        return error;
    }
    uint64_t end = layout->information + information_size;
    for (size_t i = 0; i < count; i++) {
        modules[i].paddr = may_stay(layout, &modules[i], end) ? modules[i].now : 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (modules[i].paddr == 0) {
            modules[i].paddr = pvh_layout_find_room(layout, end, modules[i].size, modules, count);
        }
        if (modules[i].paddr == 0) {
            return ERR_NO_MEMORY;
        }
    }
    return 0;
}
