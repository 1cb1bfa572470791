/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/ram.h"

#include <string.h>

#include "hypervisor/xen-pvh/maps.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/page_tables.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/checked.h"
#include "lib/error.h"

/* entry.S */
void relocate_image(void *to, size_t size, uint64_t l4);

static struct regions regions;
static uint64_t image_paddr, arena_base;

int ram_relocate(const struct pvh_start *start)
{
    uint64_t size = (uint64_t)(image_end - image_start);
    uint64_t arena_size = min_u64(memory_ram(&start->memory), ARENA_LIMIT); /* at most */
    uint64_t tables_size = maps_size(arena_size);
    struct memory_range ramdisk = {.start = align_down(start->ramdisk, PAGE_SIZE)};
    ramdisk.length =
        start->ramdisk_size > 0 ? start->ramdisk + start->ramdisk_size - ramdisk.start : 0;
    int error =
        regions_choose(&regions, &start->memory, tables_size + size, IMAGE_PADDR + size, ramdisk);
    if (error != 0) {
        return error;
    }
    arena_size = min_u64(regions_size(&regions), ARENA_LIMIT);
    memset(at_physical(regions.image), 0, tables_size);
    image_paddr = regions.image + tables_size;
    arena_base = page_tables_arena(&regions);
    uint64_t l4 = maps_fill(regions.image, image_paddr, &regions, arena_size);
    relocate_image(at_physical(image_paddr), size, l4);
    return 0;
}

static int grow(struct arena *arena, size_t needed)
{
    if (needed > arena->limit) {
        return ERR_NO_MEMORY;
    }
    arena->ready =
        align_up(needed, LARGE_PAGE); /* all is mapped; no page is there before it is touched */
    return 0;
}

void ram_open(struct arena *arena)
{
    *arena = (struct arena){.base = (uint8_t *)arena_base,
                            .limit = min_u64(regions_size(&regions), ARENA_LIMIT),
                            .grow = grow};
}

const struct regions *ram_regions(void)
{
    return &regions;
}

uint64_t ram_paddr(const void *address)
{
    uint64_t va = (uint64_t)address;
    return va >= ARENA_BASE ? regions_paddr(&regions, va - arena_base)
                            : va - IMAGE_BASE + image_paddr;
}

void *ram_address(uint64_t paddr)
{
    return paddr < DIRECT_LIMIT ? at_physical(paddr)
                                : (void *)(arena_base + regions_offset(&regions, paddr));
}
