/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/page_tables.h"

#include "hypervisor/xen-pvh/memory_map.h"
#include "lib/checked.h"

enum {
    PTE_PRESENT = 0x1,
    PTE_WRITE = 0x2,
    PTE_LARGE = 0x80,
    TABLE_ENTRIES = 512,
    DIRECT_TABLES = DIRECT_LIMIT / GIGABYTE_PAGE,
};

#define PTE_NO_EXECUTE (UINT64_C(1) << 63)
#define PTE_TABLE      (UINT64_C(0) | PTE_PRESENT | PTE_WRITE)
#define PTE_DATA       (PTE_NO_EXECUTE | PTE_PRESENT | PTE_WRITE)

/* The tables, in this order; the L2s of the first 4 GiB only where there are no pages of 1 GiB. */
enum { L4, IMAGE_L3, IMAGE_L2, IMAGE_L1, DIRECT_L3, DIRECT_L2 };

static unsigned arena_l2(bool has_gigabytes)
{
    return DIRECT_L2 + (has_gigabytes ? 0U : DIRECT_TABLES);
}

static unsigned table_index(uint64_t address, unsigned level)
{
    return address >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

/* The arena may begin anywhere in its first GiB. */
uint64_t page_tables_size(uint64_t arena_size, bool has_gigabytes)
{
    uint64_t arena_tables = arena_size / GIGABYTE_PAGE + 2;
    return (arena_l2(has_gigabytes) + arena_tables) * PAGE_SIZE;
}

static uint64_t *table(const struct page_tables *tables, uint64_t number)
{
    return tables->entries + number * TABLE_ENTRIES;
}

static uint64_t entry_for(const struct page_tables *tables, uint64_t number)
{
    return (tables->paddr + number * PAGE_SIZE) | PTE_TABLE;
}

/* ---- the image ------------------------------------------------------------------------------ */

/* What a page of the image may be used for; the stack's guard for nothing. */
static uint64_t image_rights(const struct page_tables_image *image, uint64_t page)
{
    if (page == image->guard) {
        return 0;
    }
    if (page >= image->data) {
        return PTE_DATA;
    }
    return page >= image->rodata ? PTE_NO_EXECUTE | PTE_PRESENT : PTE_PRESENT;
}

static void fill_image(const struct page_tables *tables, const struct page_tables_image *image)
{
    uint64_t *l1 = table(tables, IMAGE_L1);
    for (uint64_t page = 0; page < image->end; page += PAGE_SIZE) {
        uint64_t rights = image_rights(image, page);
        l1[page / PAGE_SIZE] = rights == 0 ? 0 : (image->paddr + page) | rights;
    }
    table(tables, IMAGE_L2)[table_index(IMAGE_BASE, 2)] = entry_for(tables, IMAGE_L1);
    table(tables, IMAGE_L3)[table_index(IMAGE_BASE, 3)] = entry_for(tables, IMAGE_L2);
    table(tables, L4)[table_index(IMAGE_BASE, 4)] = entry_for(tables, IMAGE_L3);
}

/* ---- the first 4 GiB ------------------------------------------------------------------------ */

/* Its L2 tables lie one after the other: their entries are one array. */
static void fill_direct_l2(const struct page_tables *tables)
{
    for (uint64_t page = 0; page < DIRECT_LIMIT / LARGE_PAGE; page++) {
        table(tables, DIRECT_L2)[page] = page * LARGE_PAGE | PTE_TABLE | PTE_LARGE;
    }
}

static void fill_direct(const struct page_tables *tables)
{
    for (uint64_t i = 0; i < DIRECT_TABLES; i++) {
        table(tables, DIRECT_L3)[i] = tables->has_gigabytes
                                          ? i * GIGABYTE_PAGE | PTE_TABLE | PTE_LARGE
                                          : entry_for(tables, DIRECT_L2 + i);
    }
    if (!tables->has_gigabytes) {
        fill_direct_l2(tables);
    }
    table(tables, L4)[table_index(DIRECT_BASE, 4)] = entry_for(tables, DIRECT_L3) | PTE_NO_EXECUTE;
}

/* ---- the arena ------------------------------------------------------------------------------ */

uint64_t page_tables_arena(const struct regions *regions)
{
    uint64_t offset = 0, largest = 0, slide = 0;
    for (size_t i = 0; i < regions->count; i++) {
        if (regions->arena[i].length > largest) {
            largest = regions->arena[i].length;
            slide = (regions->arena[i].paddr - offset) % GIGABYTE_PAGE;
        }
        offset += regions->arena[i].length;
    }
    return ARENA_BASE + slide;
}

/* Do the arena's bytes from `offset` to `end` begin with a page of 1 GiB, here and in memory? */
static bool is_gigabyte(const struct regions *regions, uint64_t address, uint64_t offset,
                        uint64_t end)
{
    uint64_t paddr = regions_paddr(regions, offset);
    return end - offset >= GIGABYTE_PAGE && (address | paddr) % GIGABYTE_PAGE == 0 &&
           regions_paddr(regions, offset + GIGABYTE_PAGE - 1) == paddr + GIGABYTE_PAGE - 1;
}

/* It shares the image's L3. Returns the bytes that are mapped by one entry. */
static uint64_t map_arena_page(const struct page_tables *tables, const struct regions *regions,
                               uint64_t address, uint64_t offset, uint64_t end)
{
    uint64_t *l3 = table(tables, IMAGE_L3) + table_index(address, 3);
    uint64_t entry = regions_paddr(regions, offset) | PTE_DATA | PTE_LARGE;
    if (tables->has_gigabytes && is_gigabyte(regions, address, offset, end)) {
        *l3 = entry;
        return GIGABYTE_PAGE;
    }
    uint64_t number = arena_l2(tables->has_gigabytes) + (address - ARENA_BASE) / GIGABYTE_PAGE;
    *l3 = entry_for(tables, number);
    table(tables, number)[table_index(address, 2)] = entry;
    return LARGE_PAGE;
}

static void fill_arena(const struct page_tables *tables, const struct regions *regions,
                       uint64_t arena_size)
{
    uint64_t base = page_tables_arena(regions);
    for (uint64_t offset = 0; offset < arena_size;) {
        offset += map_arena_page(tables, regions, base + offset, offset, arena_size);
    }
}

/* ---- all ------------------------------------------------------------------------------------ */

void page_tables_fill(const struct page_tables *tables, const struct page_tables_image *image,
                      const struct regions *regions, uint64_t arena_size)
{
    fill_image(tables, image);
    fill_direct(tables);
    fill_arena(tables, regions, arena_size);
}

void page_tables_point(const struct page_tables *tables, uint64_t page, uint64_t paddr)
{
    table(tables, IMAGE_L1)[page / PAGE_SIZE] = paddr | PTE_DATA;
}

void page_tables_add_identity(const struct page_tables *tables)
{
    uint64_t *l4 = table(tables, L4);
    l4[0] = l4[table_index(DIRECT_BASE, 4)] & ~PTE_NO_EXECUTE;
}
