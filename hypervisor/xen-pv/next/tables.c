/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/tables.h"

#include <string.h>

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/start.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { TOP_LEVEL = 4 };

static uint64_t coverage(unsigned level)
{
    return UINT64_C(1) << (PAGE_SHIFT + 9 * level);
}

static unsigned table_index(uint64_t address, unsigned level)
{
    return address >> (PAGE_SHIFT + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
}

static uint8_t *create_tables(struct build *build, pfn_t first, uint64_t count)
{
    uint8_t *tables = arena_pages(build->arena, count * PAGE_SIZE);
    if (tables != NULL) {
        memset(tables, 0, count * PAGE_SIZE);
        for (uint64_t i = 0; i < count; i++) {
            build->numbering.wanted[first + i] = frames_of(tables + i * PAGE_SIZE);
        }
    }
    return tables;
}

int tables_create(struct build *build)
{
    const struct layout *layout = &build->layout;
    build->tables = create_tables(build, layout->tables_pfn, layout->table_pages);
    if (build->tables == NULL) {
        return ERR_NO_MEMORY;
    }
    if (!layout->p2m_mapped && !build->p2m_in_place) {
        pfn_t first = layout->p2m_pfn + layout->p2m_pages;
        build->p2m_tables = create_tables(build, first, layout->p2m_table_pages);
        return build->p2m_tables == NULL ? ERR_NO_MEMORY : 0;
    }
    return 0;
}

/* Table number `index` of `level`, in a set that stores L3s, L2s, L1s one after the other. */
static uint64_t *table_number(uint8_t *tables, const struct layout_tables *set, unsigned level,
                              uint64_t index)
{
    for (unsigned above = TOP_LEVEL - 1; above > level; above--) {
        index += set->count[above];
    }
    return (uint64_t *)(tables + index * PAGE_SIZE);
}

static uint64_t *table_in(uint8_t *tables, const struct layout_tables *set, unsigned level,
                          uint64_t address)
{
    uint64_t distance = address - set->first[level];
    if (tables == NULL || distance / coverage(level) >= set->count[level]) {
        return NULL;
    }
    return table_number(tables, set, level, distance / coverage(level));
}

/* The table of `level` that covers `address`. */
static uint64_t *table_covering(const struct build *build, unsigned level, uint64_t address)
{
    if (level == TOP_LEVEL) {
        return (uint64_t *)build->tables;
    }
    uint64_t *table =
        table_in(build->tables + PAGE_SIZE, &build->layout.map_tables, level, address);
    return table != NULL ? table
                         : table_in(build->p2m_tables, &build->layout.p2m_tables, level, address);
}

static void set_entry(const struct build *build, unsigned level, uint64_t address, uint64_t entry)
{
    table_covering(build, level, address)[table_index(address, level)] = entry;
}

static void hook_tables(const struct build *build, uint8_t *tables, const struct layout_tables *set)
{
    for (unsigned level = TOP_LEVEL - 1; level >= 1; level--) {
        for (uint64_t i = 0; i < set->count[level]; i++) {
            mfn_t mfn = frames_of(table_number(tables, set, level, i));
            uint64_t address = set->first[level] + i * coverage(level);
            set_entry(build, level + 1, address, mfn << PAGE_SHIFT | PTE_TABLE);
        }
    }
}

/* Pages `first` to `first + count` of the guest at `address`; its tables read-only. */
static void fill_pages(const struct build *build, uint64_t address, pfn_t first, uint64_t count)
{
    const struct layout *layout = &build->layout;
    uint64_t *l1 = NULL;
    for (uint64_t i = 0; i < count; i++, address += PAGE_SIZE) {
        bool is_table = first + i - layout->tables_pfn < layout->table_pages;
        uint64_t flags = is_table ? PTE_PAGE & ~PTE_WRITE : PTE_PAGE;
        if (l1 == NULL || table_index(address, 1) == 0) {
            l1 = table_covering(build, 1, address);
        }
        l1[table_index(address, 1)] = build->numbering.wanted[first + i] << PAGE_SHIFT | flags;
    }
}

void tables_fill(struct build *build)
{
    const struct layout *layout = &build->layout;
    hook_tables(build, build->tables + PAGE_SIZE, &layout->map_tables);
    fill_pages(build, layout->virt_base, 0, layout->map_pages);
    if (build->p2m_in_place) {
        const uint64_t *ours = (const uint64_t *)start_info->pt_base;
        set_entry(build, TOP_LEVEL, layout->p2m_base, ours[table_index(P2M_BASE, TOP_LEVEL)]);
    } else if (!layout->p2m_mapped) {
        hook_tables(build, build->p2m_tables, &layout->p2m_tables);
        fill_pages(build, layout->p2m_base, layout->p2m_pfn, layout->p2m_pages);
    }
}

mfn_t tables_l4(const struct build *build)
{
    return frames_of(build->tables);
}

/* The pages of both sets in one row. */
static uint8_t *any_table(const struct build *build, size_t index)
{
    uint64_t count = build->layout.table_pages;
    return index < count ? build->tables + index * PAGE_SIZE
                         : build->p2m_tables + (index - count) * PAGE_SIZE;
}

int tables_pin(struct build *build)
{
    size_t count = build->layout.table_pages;
    count += build->p2m_tables != NULL ? build->layout.p2m_table_pages : 0;
    while (build->protected_pages < count) {
        if (maps_write_protect(any_table(build, build->protected_pages)) != 0) {
            return ERR_INVALID;
        }
        build->protected_pages++;
    }
    mmuext_op_t pin = {.cmd = MMUEXT_PIN_L4_TABLE, .arg1.mfn = tables_l4(build)};
    if (hypercall_mmuext_op(&pin, 1) != 0) {
        return ERR_INVALID;
    }
    build->pinned = true;
    return 0;
}

void tables_unpin(struct build *build)
{
    mmuext_op_t unpin = {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = tables_l4(build)};
    if (build->pinned) {
        (void)hypercall_mmuext_op(&unpin, 1); /* what we pinned we can unpin */
        build->pinned = false;
    }
    while (build->protected_pages > 0) {
        const uint8_t *table = any_table(build, --build->protected_pages);
        (void)hypercall_update_va_mapping(table, frames_of(table) << PAGE_SHIFT |
                                                     PTE_PAGE); /* as it was */
    }
}
