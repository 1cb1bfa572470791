/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/maps.h"

#include <stddef.h>

#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "lib/checked.h"

enum {
    PTE_PRESENT = 0x1,
    PTE_WRITE = 0x2,
    PTE_LARGE = 0x80,
    TABLE_ENTRIES = 512,
    DIRECT_TABLES = DIRECT_LIMIT / TABLE_ENTRIES / LARGE_PAGE,
};

#define PTE_NO_EXECUTE (UINT64_C(1) << 63)
#define PTE_FRAME      UINT64_C(0x000ffffffffff000)
#define PTE_TABLE      (UINT64_C(0) | PTE_PRESENT | PTE_WRITE)
#define PTE_DATA       (PTE_NO_EXECUTE | PTE_PRESENT | PTE_WRITE)
#define L2_COVERS      (TABLE_ENTRIES * LARGE_PAGE) /* bytes */

/* The tables, in this order. */
enum {
    L4,
    IMAGE_L3,
    IMAGE_L2,
    IMAGE_L1,
    DIRECT_L3,
    DIRECT_L2,
    ARENA_L2 = DIRECT_L2 + DIRECT_TABLES
};

static unsigned table_index(uint64_t address, unsigned level)
{
    return address >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

static uint64_t arena_tables(uint64_t arena_size)
{
    return (arena_size + L2_COVERS - 1) / L2_COVERS;
}

uint64_t maps_size(uint64_t arena_size)
{
    return (ARENA_L2 + arena_tables(arena_size)) * PAGE_SIZE;
}

static uint64_t *table(uint64_t tables, uint64_t number)
{
    return at_physical(tables + number * PAGE_SIZE);
}

static uint64_t entry_for(uint64_t tables, uint64_t number)
{
    return (tables + number * PAGE_SIZE) | PTE_TABLE;
}

/* What a page of the image may be used for; the stack's guard for nothing. */
static uint64_t image_rights(const uint8_t *page)
{
    if (page == stack_guard) {
        return 0;
    }
    if (page >= data_start) {
        return PTE_DATA;
    }
    return page >= rodata_start ? PTE_NO_EXECUTE | PTE_PRESENT : PTE_PRESENT;
}

static void fill_image(uint64_t tables, uint64_t image)
{
    uint64_t *l1 = table(tables, IMAGE_L1);
    for (const uint8_t *page = image_start; page < image_end; page += PAGE_SIZE) {
        uint64_t offset = (uint64_t)(page - image_start), rights = image_rights(page);
        l1[offset / PAGE_SIZE] = rights == 0 ? 0 : (image + offset) | rights;
    }
    table(tables, IMAGE_L2)[table_index(IMAGE_BASE, 2)] = entry_for(tables, IMAGE_L1);
    table(tables, IMAGE_L3)[table_index(IMAGE_BASE, 3)] = entry_for(tables, IMAGE_L2);
    table(tables, L4)[table_index(IMAGE_BASE, 4)] = entry_for(tables, IMAGE_L3);
}

/* Its L2 tables lie one after the other: their entries are one array. */
static void fill_direct(uint64_t tables)
{
    for (uint64_t page = 0; page < DIRECT_LIMIT / LARGE_PAGE; page++) {
        table(tables, DIRECT_L2)[page] = page * LARGE_PAGE | PTE_TABLE | PTE_LARGE;
    }
    for (unsigned i = 0; i < DIRECT_TABLES; i++) {
        table(tables, DIRECT_L3)[i] = entry_for(tables, DIRECT_L2 + i);
    }
    table(tables, L4)[table_index(DIRECT_BASE, 4)] = entry_for(tables, DIRECT_L3) | PTE_NO_EXECUTE;
}

/* It shares the image's L3. */
static void fill_arena(uint64_t tables, const struct regions *regions, uint64_t arena_size)
{
    for (uint64_t offset = 0; offset < arena_size; offset += LARGE_PAGE) {
        table(tables, ARENA_L2)[offset / LARGE_PAGE] =
            regions_paddr(regions, offset) | PTE_DATA | PTE_LARGE;
    }
    for (uint64_t i = 0; i < arena_tables(arena_size); i++) {
        table(tables, IMAGE_L3)[table_index(ARENA_BASE, 3) + i] = entry_for(tables, ARENA_L2 + i);
    }
}

uint64_t maps_fill(uint64_t tables, uint64_t image, const struct regions *regions,
                   uint64_t arena_size)
{
    fill_image(tables, image);
    fill_direct(tables);
    fill_arena(tables, regions, arena_size);
    return tables + L4 * PAGE_SIZE;
}

/* Where the tables in use begin. */
static uint64_t current_tables(void)
{
    return (read_cr3() & PTE_FRAME) - L4 * PAGE_SIZE;
}

void maps_point(const void *page, uint64_t paddr)
{
    table(current_tables(), IMAGE_L1)[table_index((uint64_t)page, 1)] = paddr | PTE_DATA;
    write_cr3(read_cr3());
}

void maps_add_identity(void)
{
    uint64_t *entries = table(current_tables(), L4);
    entries[0] = entries[table_index(DIRECT_BASE, 4)] & ~PTE_NO_EXECUTE;
    write_cr3(read_cr3());
}
