/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/room.h"

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/moves.h"
#include "hypervisor/xen-pvh/regions.h"
#include "lib/checked.h"
#include "lib/error.h"

#define MIB        UINT64_C(0x100000)
#define HOLE_START UINT64_C(0xf0000000) /* no builder puts RAM from here to 4 GiB */
#define HOLE_END   DIRECT_LIMIT

void room_domain(struct room_domain *domain, uint64_t size)
{
    uint64_t low = min_u64(size, HOLE_START);
    domain->ranges[0] = (struct memory_range){.length = low, .kind = MEMORY_RAM};
    domain->ranges[1] =
        (struct memory_range){.start = HOLE_END, .length = size - low, .kind = MEMORY_RAM};
    domain->memory = (struct memory){.ranges = domain->ranges, .count = size > low ? 2 : 1};
}

/* Where the loader would be, and its arena. Returns 0 or ERR_NO_MEMORY. */
static int choose_regions(struct regions *regions, const struct room_domain *domain,
                          uint64_t loader_size)
{
    const struct memory_range nothing = {0};
    return regions_choose(regions, &domain->memory, align_up(loader_size, PAGE_SIZE), LARGE_PAGE,
                          nothing);
}

uint64_t room_arena(uint64_t size, uint64_t loader_size)
{
    struct room_domain domain;
    struct regions regions;
    room_domain(&domain, size);
    bool has_room = choose_regions(&regions, &domain, loader_size) == 0;
    return has_room ? min_u64(regions_size(&regions), ARENA_LIMIT) : 0;
}

/* All modules, as one: each begins on a page of its own. */
static struct layout_module all_modules(const struct next_kernel *next)
{
    struct layout_module all = {.size = next->initrd_size};
    for (size_t i = 0; i < next->module_count; i++) {
        all.size += align_up(next->modules[i].size, PAGE_SIZE);
    }
    return all;
}

uint64_t room_moves(const struct room_wanted *wanted)
{
    uint64_t bytes = wanted->information_size + all_modules(wanted->next).size;
    for (size_t i = 0; i < wanted->kernel->segment_count; i++) {
        bytes += wanted->kernel->segments[i].memory_size + 2 * PAGE_SIZE;
    }
    return moves_size(bytes / PAGE_SIZE + 2);
}

/* What becomes memory of its own while the next guest is planned. */
static uint64_t made(const struct room_wanted *wanted)
{
    uint64_t shared =
        2 * wanted->kernel->segment_count * PAGE_SIZE; /* a segment's first and last page */
    return room_moves(wanted) + shared + align_up(wanted->information_size, PAGE_SIZE);
}

static int place_all(struct pvh_layout *layout, const struct room_wanted *wanted,
                     struct layout_module *modules)
{
    *modules = all_modules(wanted->next);
    return pvh_layout_compute(layout, wanted->kernel, wanted->information_size, modules,
                              modules->size > 0 ? 1 : 0);
}

int room_check(const struct room_wanted *wanted, uint64_t size)
{
    struct room_domain domain;
    struct regions regions;
    struct layout_module modules;
    room_domain(&domain, size);
    if (choose_regions(&regions, &domain, wanted->loader_size) != 0 ||
        regions_size(&regions) < wanted->loaded + made(wanted)) {
        return ERR_NO_MEMORY;
    }
    struct pvh_layout layout = {
        .memory = &domain.memory,
        .loader = {.start = regions.image, .length = regions.image_end - regions.image}};
    return place_all(&layout, wanted, &modules);
}

uint64_t room_smallest(const struct room_wanted *wanted, uint64_t size)
{
    for (size = align_up(size, MIB); size <= HOLE_START; size += MIB) {
        if (room_check(wanted, size) == 0) {
            return size;
        }
    }
    return 0;
}

uint64_t room_alone(const struct room_wanted *wanted)
{
    struct room_domain domain;
    struct layout_module modules;
    room_domain(&domain, HOLE_START);
    struct pvh_layout layout = {.memory = &domain.memory};
    if (place_all(&layout, wanted, &modules) != 0) {
        return 0;
    }
    uint64_t end = max_u64(layout.kernel_end, layout.information + layout.information_size);
    return max_u64(end, modules.paddr + modules.size);
}
