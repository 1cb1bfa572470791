/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/layout.h"

#include "hypervisor/next_kernel.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

#define BIOS_RSDP \
    UINT64_C(     \
        0xe0000) /* where a kernel begins to look for ACPI's first table (ACPI specification, 5.2.5.1) */

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
    if (layout->rsdp != 0 && meets(start, size, layout->rsdp, PAGE_SIZE)) {
        return layout->rsdp + PAGE_SIZE;
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

/* Room that is looked for: where it may begin and must end. */
struct wanted {
    uint64_t start, size, alignment, end;
};

/* Each step goes on after a range or a piece, of which there are few. Returns 0 where there is no room. */
static uint64_t find(const struct pvh_layout *layout, struct wanted wanted,
                     const struct layout_module *modules, size_t count)
{
    uint64_t taken, start = align_up(wanted.start, wanted.alignment);
    while (range_within(start, wanted.size, wanted.end)) {
        if (!is_ram(layout->memory, start, wanted.size)) {
            start =
                align_up(min_u64(next_ram(layout->memory, start), wanted.end), wanted.alignment);
        } else if ((taken = taken_until(layout, start, wanted.size, modules, count)) != 0) {
            start = align_up(taken, wanted.alignment);
        } else {
            return start;
        }
    }
    return 0;
}

uint64_t pvh_layout_find_room(const struct pvh_layout *layout, uint64_t start, uint64_t size,
                              const struct layout_module *modules, size_t count)
{
    const struct wanted wanted = {
        .start = start, .size = size, .alignment = PAGE_SIZE, .end = FLAT_LIMIT};
    return find(layout, wanted, modules, count);
}

static bool is_free(const struct pvh_layout *layout, uint64_t start, uint64_t size)
{
    return range_within(start, size, FLAT_LIMIT) && is_ram(layout->memory, start, size) &&
           taken_until(layout, start, size, NULL, 0) == 0;
}

/* Is something there that is no RAM, and would be none in a larger domain? */
static bool meets_reserved(const struct memory *memory, uint64_t start, uint64_t size)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_range *range = &memory->ranges[i];
        if (range->kind != MEMORY_RAM && meets(start, size, range->start, range->length)) {
            return true;
        }
    }
    return false;
}

/* As low as it can. 0: nowhere. */
static uint64_t find_for_kernel(const struct pvh_layout *layout, const struct flat_kernel *kernel,
                                uint64_t size)
{
    const struct wanted wanted = {.start = max_u64(kernel->minimum, 1),
                                  .size = size,
                                  .alignment = kernel->alignment,
                                  .end = (uint64_t)kernel->maximum + 1};
    return kernel->can_move && is_power_of_two(kernel->alignment) ? find(layout, wanted, NULL, 0)
                                                                  : 0;
}

/* Where it was linked to go may be where it says that it does not want to be. */
static bool may_be_at(const struct flat_kernel *kernel, uint64_t start, uint64_t size)
{
    return !kernel->can_move ||
           (start >= kernel->minimum && range_within(start, size, (uint64_t)kernel->maximum + 1));
}

/* A kernel goes where it was linked to go, if that may be; else where it says that it can be moved to. */
static int place_kernel(struct pvh_layout *layout, const struct flat_kernel *kernel)
{
    const struct kernel_segment *last = &kernel->segments[kernel->segment_count - 1];
    uint64_t first = kernel->segments[0].paddr, start = first;
    uint64_t size = last->paddr + last->memory_size - first;
    if (!may_be_at(kernel, first, size) || !is_free(layout, first, size)) {
        start = find_for_kernel(layout, kernel, size);
        if (start == 0) {
            return meets_reserved(layout->memory, first, size) ? ERR_INVALID : ERR_NO_MEMORY;
        }
    }
    layout->shift = start - first;
    layout->kernel_start = start;
    layout->kernel_end = start + size;
    return 0;
}

static void place_rsdp(struct pvh_layout *layout, const struct flat_kernel *kernel)
{
    layout->rsdp = kernel->wants_rsdp_low && is_free(layout, BIOS_RSDP, PAGE_SIZE) ? BIOS_RSDP : 0;
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

/* Those that may stay do; the others come between `start` and `end`. */
static int place_modules(const struct pvh_layout *layout, uint64_t start, uint64_t end,
                         struct layout_module *modules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct layout_module *module = &modules[i];
        bool stays = module->now >= start && range_within(module->now, module->size, end) &&
                     is_free(layout, module->now, module->size);
        module->paddr = stays ? module->now : 0;
    }
    for (size_t i = 0; i < count; i++) {
        const struct wanted wanted = {
            .start = start, .size = modules[i].size, .alignment = PAGE_SIZE, .end = end};
        if (modules[i].paddr == 0) {
            modules[i].paddr = find(layout, wanted, modules, count);
        }
        if (modules[i].paddr == 0) {
            return ERR_NO_MEMORY;
        }
    }
    return 0;
}

int pvh_layout_compute(struct pvh_layout *layout, const struct flat_kernel *kernel,
                       uint64_t information_size, struct layout_module *modules, size_t count)
{
    *layout = (struct pvh_layout){.memory = layout->memory, .loader = layout->loader};
    int error = place_kernel(layout, kernel);
    if (error != 0) {
        return error;
    }
    place_rsdp(layout, kernel);
    error = place_information(layout, information_size);
    if (error != 0) {
        return error;
    }
    uint64_t end = layout->information + information_size;
    return place_modules(layout, end, kernel->modules_end, modules, count);
}
