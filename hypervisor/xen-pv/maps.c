/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/maps.h"

#include <stddef.h>
#include <string.h>

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/start.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

static pfn_t initial_pages;
static struct pfn_range own_tables; /* grows upwards, to initial_pages at most */

static unsigned table_index(uint64_t address, unsigned level)
{
    return address >> (PAGE_SHIFT + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

/* Tables are mapped, read-only, like all frames of ours. */
static const uint64_t *table_of(uint64_t entry)
{
    return frames_address(entry >> PAGE_SHIFT & PTE_FRAME >> PAGE_SHIFT);
}

static pfn_t pfn_after(uint64_t address)
{
    return (align_up(address, PAGE_SIZE) - IMAGE_BASE) >> PAGE_SHIFT;
}

static uint64_t after_if_inside(uint64_t address, uint64_t length)
{
    uint64_t end = IMAGE_BASE + (initial_pages << PAGE_SHIFT);
    return address >= IMAGE_BASE && address < end ? pfn_after(address + length) : 0;
}

static pfn_t count_initial_pages(void)
{
    const uint64_t *l4 = (const uint64_t *)start_info->pt_base;
    uint64_t l3 = l4[table_index(IMAGE_BASE, 4)];
    pfn_t count = 0;
    initial_pages =
        TABLE_ENTRIES * TABLE_ENTRIES; /* so that the tables themselves can be looked at */
    const uint64_t *l2 = table_of(table_of(l3)[0]);
    for (unsigned i = 0; i < TABLE_ENTRIES && (l2[i] & PTE_PRESENT) != 0; i++) {
        const uint64_t *l1 = table_of(l2[i]);
        for (unsigned j = 0; j < TABLE_ENTRIES && (l1[j] & PTE_PRESENT) != 0; j++) {
            count = (pfn_t)i * TABLE_ENTRIES + j + 1;
        }
    }
    return count;
}

void maps_start(void)
{
    initial_pages = count_initial_pages();
    pfn_t stack_end = pfn_after(start_info->pt_base) + start_info->nr_pt_frames + 1;
    pfn_t first = max_u64(pfn_after((uint64_t)image_end), stack_end);
    first = max_u64(first, after_if_inside((uint64_t)start_info, PAGE_SIZE));
    first =
        max_u64(first, after_if_inside(start_info->mfn_list, start_info->nr_pages * sizeof(mfn_t)));
    first = max_u64(first, after_if_inside(start_info->mod_start, start_info->mod_len));
    first = max_u64(first, pfn_of_mfn(start_info->store_mfn) + 1);
    first = max_u64(first, pfn_of_mfn(start_info->console.domU.mfn) + 1);
    own_tables.first = first;
}

pfn_t maps_initial_pages(void)
{
    return initial_pages;
}

uint64_t *maps_table(void)
{
    pfn_t pfn = own_tables.first + own_tables.count;
    if (pfn >= initial_pages) {
        return NULL;
    }
    own_tables.count++;
    return memset(initial_page(pfn), 0, PAGE_SIZE);
}

int maps_write_protect(const void *page)
{
    uint64_t entry = frames_of(page) << PAGE_SHIFT | (PTE_PAGE & ~PTE_WRITE);
    return hypercall_update_va_mapping(page, entry) == 0 ? 0 : ERR_INVALID;
}

void maps_protect(const void *start, const void *end)
{
    for (const uint8_t *page = start; page < (const uint8_t *)end; page += PAGE_SIZE) {
        (void)maps_write_protect(page); /* a safety net: without it the loader works as well */
    }
}

/* `position` is the machine address of the entry. */
static int write_entry(uint64_t position, uint64_t entry)
{
    mmu_update_t update = {.ptr = position | MMU_NORMAL_PT_UPDATE, .val = entry};
    return hypercall_mmu_update(&update, 1) == 0 ? 0 : ERR_NO_MEMORY;
}

static uint64_t position_in(const uint64_t *table, unsigned index)
{
    return (frames_of(table) << PAGE_SHIFT) + index * sizeof *table;
}

/* The table below entry `index` of `table`; a new one where there is none. */
static const uint64_t *descend(const uint64_t *table, unsigned index)
{
    if ((table[index] & PTE_PRESENT) != 0) {
        return table_of(table[index]);
    }
    uint64_t *below = maps_table();
    if (below == NULL || maps_write_protect(below) != 0) {
        return NULL;
    }
    uint64_t entry = frames_of(below) << PAGE_SHIFT | PTE_TABLE;
    return write_entry(position_in(table, index), entry) == 0 ? below : NULL;
}

/* The table of `level` (1 to 3) that covers `address`, or NULL. */
static const uint64_t *table_for(uint64_t address, unsigned level)
{
    const uint64_t *table = (const uint64_t *)start_info->pt_base;
    for (unsigned above = 4; table != NULL && above > level; above--) {
        table = descend(table, table_index(address, above));
    }
    return table;
}

int maps_set(const void *address, uint64_t entry)
{
    if (table_for((uint64_t)address, 1) == NULL) {
        return ERR_NO_MEMORY;
    }
    return hypercall_update_va_mapping(address, entry) == 0 ? 0 : ERR_NO_MEMORY;
}

int maps_hook(const void *address, uint64_t *table)
{
    const uint64_t *l2 = table_for((uint64_t)address, 2);
    if (l2 == NULL || maps_write_protect(table) != 0) {
        return ERR_NO_MEMORY;
    }
    uint64_t entry = frames_of(table) << PAGE_SHIFT | PTE_TABLE;
    return write_entry(position_in(l2, table_index((uint64_t)address, 2)), entry);
}

struct pfn_range maps_first_tables(void)
{
    return (struct pfn_range){.first = pfn_after(start_info->pt_base),
                              .count = start_info->nr_pt_frames};
}

struct pfn_range maps_own_tables(void)
{
    return own_tables;
}
