/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/next/layout.h"

#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/modules.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

#define XEN_HOLE_START UINT64_C(0xffff800000000000) /* Xen's own addresses */
#define XEN_HOLE_END   UINT64_C(0xffff880000000000)
#define MAP_ALIGNMENT  UINT64_C(0x400000)  /* the main map ends at a multiple of 4 MiB */
#define MEMORY_LIMIT   (UINT64_C(1) << 52) /* bytes */
#define SLACK_PAGES    UINT64_C(128)       /* free pages after the boot stack, at least */

enum { TOP_LEVEL = 4, PAGE_BITS = 12, LEVEL_BITS = 9 };

static uint64_t pages(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Bytes that one table of `level` covers. */
static uint64_t coverage(unsigned level)
{
    return UINT64_C(1) << (PAGE_BITS + LEVEL_BITS * level);
}

/* The tables of each level for [start, end). */
static void cover(struct layout_tables *tables, uint64_t start, uint64_t end)
{
    memset(tables, 0, sizeof *tables);
    for (unsigned level = TOP_LEVEL - 1; level >= 1; level--) {
        uint64_t size = coverage(level);
        tables->first[level] = align_down(start, size);
        tables->count[level] = (align_down(end - 1, size) - tables->first[level]) / size + 1;
    }
}

/* Takes away the tables that `above` has already: it covers higher addresses, so only the last one can be. */
static void share(struct layout_tables *tables, const struct layout_tables *above)
{
    for (unsigned level = TOP_LEVEL - 1; level >= 1; level--) {
        uint64_t last = tables->first[level] + (tables->count[level] - 1) * coverage(level);
        if (last == above->first[level]) {
            tables->count[level]--;
        }
    }
}

static uint64_t sum_of(const struct layout_tables *tables)
{
    return tables->count[1] + tables->count[2] + tables->count[3];
}

/*
 * The builder's own iteration: tables lie in the map that they make, so more of them move its end.
 */
static void end_map(struct layout *layout, uint64_t used_pages)
{
    uint64_t after = 1 + SLACK_PAGES; /* the boot stack and what follows; then the tables, too */
    do {
        uint64_t end = align_down((used_pages + after) * PAGE_SIZE, MAP_ALIGNMENT) + MAP_ALIGNMENT;
        layout->map_pages = end / PAGE_SIZE;
        cover(&layout->map_tables, layout->virt_base, layout->virt_base + end);
        layout->table_pages = 1 + sum_of(&layout->map_tables);
        after = layout->table_pages + 1 + SLACK_PAGES;
    } while (used_pages + after > layout->map_pages);
}

uint64_t layout_address(const struct next_kernel *next, const struct kernel_segment *segment)
{
    return segment->paddr - next->pv.paddr_offset;
}

uint64_t layout_initrd_size(const struct next_kernel *next)
{
    return next->module_count > 0 ? modules_size(next) : next->initrd_size;
}

static uint64_t kernel_end(const struct next_kernel *next)
{
    const struct kernel_segment *last = &next->segments[next->segment_count - 1];
    return layout_address(next, last) + last->memory_size;
}

/* Sizes that make all sums below safe: no processor has more memory. */
static int check(const struct next_kernel *next)
{
    if (next->segment_count == 0 || next->pv.virt_base % PAGE_SIZE != 0) {
        return ERR_INVALID;
    }
    bool fits = kernel_end(next) <= MEMORY_LIMIT && layout_initrd_size(next) <= MEMORY_LIMIT;
    return fits ? 0 : ERR_NO_MEMORY;
}

/* The whole map in canonical addresses, and outside of Xen's. */
static bool address_is_free(uint64_t start, uint64_t length)
{
    uint64_t end;
    if (!checked_add(start, length - 1, &end)) {
        return false;
    }
    bool low = end < UINT64_C(0x800000000000);
    bool high = start >= XEN_HOLE_END;
    return low || high;
}

/* A p2m of its own lies below the main map. */
static bool p2m_is_free(const struct layout *layout)
{
    uint64_t size = layout->p2m_pages * PAGE_SIZE;
    return address_is_free(layout->p2m_base, size) && size <= layout->virt_base - layout->p2m_base;
}

static void place_main_map(struct layout *layout, const struct next_kernel *next)
{
    uint64_t pfn = pages(kernel_end(next));
    layout->kernel_pfn = layout_address(next, &next->segments[0]) / PAGE_SIZE;
    layout->kernel_pages = pfn - layout->kernel_pfn;
    if (layout->initrd_mapped) {
        layout->initrd_pfn = pfn;
        pfn += layout->initrd_pages;
    }
    if (layout->p2m_mapped) {
        layout->p2m_pfn = pfn;
        pfn += layout->p2m_pages;
    }
    layout->start_info_pfn = pfn++;
    layout->store_pfn = pfn++;
    layout->console_pfn = pfn++;
    layout->tables_pfn = pfn;
    end_map(layout, pfn);
    layout->stack_pfn = layout->tables_pfn + layout->table_pages;
}

static void place_after_map(struct layout *layout)
{
    uint64_t pfn = layout->map_pages;
    if (!layout->initrd_mapped) {
        layout->initrd_pfn = pfn;
        pfn += layout->initrd_pages;
    }
    if (!layout->p2m_mapped) {
        layout->p2m_pfn = pfn;
        cover(&layout->p2m_tables, layout->p2m_base,
              layout->p2m_base + layout->p2m_pages * PAGE_SIZE);
        share(&layout->p2m_tables, &layout->map_tables);
        layout->p2m_table_pages = sum_of(&layout->p2m_tables);
        pfn += layout->p2m_pages + layout->p2m_table_pages;
    }
    layout->total_pages = pfn;
}

int layout_compute(struct layout *layout, const struct next_kernel *next, uint64_t nr_pages)
{
    const struct kernel_pv *pv = &next->pv;
    *layout = (struct layout){.total_pages = MEMORY_LIMIT / PAGE_SIZE};
    int error = check(next);
    if (error != 0) {
        return error;
    }
    *layout = (struct layout){
        .virt_base = pv->virt_base,
        .initrd_pages = pages(layout_initrd_size(next)),
        .initrd_mapped = !pv->mod_start_pfn,
        .p2m_pages = pages(nr_pages * sizeof(uint64_t)),
        .p2m_base = pv->init_p2m,
    };
    layout->p2m_mapped =
        !pv->has_init_p2m || pv->init_p2m >= pv->virt_base || pv->init_p2m % PAGE_SIZE != 0;
    place_main_map(layout, next);
    place_after_map(layout);
    if (!address_is_free(layout->virt_base, layout->map_pages * PAGE_SIZE) ||
        (!layout->p2m_mapped && !p2m_is_free(layout))) {
        return ERR_INVALID;
    }
    return layout->total_pages > nr_pages ? ERR_NO_MEMORY : 0;
}

/* Pages that are one of the file as they are, and so become pages of the guest. */
static uint64_t whole_pages(uint64_t address, const struct kernel_segment *segment)
{
    uint64_t start = align_up(address, PAGE_SIZE);
    uint64_t end = align_down(address + segment->file_size, PAGE_SIZE);
    bool in_step = (uintptr_t)segment->bytes % PAGE_SIZE == address % PAGE_SIZE;
    return in_step && end > start ? (end - start) / PAGE_SIZE : 0;
}

static uint64_t new_kernel_pages(const struct next_kernel *next)
{
    uint64_t count = 0;
    for (size_t i = 0; i < next->segment_count; i++) {
        const struct kernel_segment *segment = &next->segments[i];
        uint64_t address = layout_address(next, segment);
        count += pages(address % PAGE_SIZE + segment->memory_size) - whole_pages(address, segment);
    }
    return count;
}

static uint64_t new_initrd_pages(const struct next_kernel *next)
{
    uint64_t whole = next->initrd_size / PAGE_SIZE;
    for (size_t i = 0; i < next->module_count; i++) {
        whole += next->modules[i].size / PAGE_SIZE;
    }
    return pages(layout_initrd_size(next)) - whole;
}

uint64_t layout_new_pages(const struct layout *layout, const struct next_kernel *next)
{
    enum { START_INFO_AND_STACK = 2 };
    return new_kernel_pages(next) + new_initrd_pages(next) + START_INFO_AND_STACK +
           layout->table_pages + layout->p2m_table_pages;
}
