/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/maps.h"

#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/page_tables.h"

#define CR3_FRAME UINT64_C(0x000ffffffffff000)

static bool has_gigabytes(void)
{
    enum { EXTENDED_LEAVES = 0x80000000u, FEATURES = 0x80000001u, PAGE_1GB = 1 << 26 };
    return cpuid(EXTENDED_LEAVES).eax >= FEATURES && (cpuid(FEATURES).edx & PAGE_1GB) != 0;
}

static struct page_tables tables_at(uint64_t paddr)
{
    return (struct page_tables){
        .entries = at_physical(paddr), .paddr = paddr, .has_gigabytes = has_gigabytes()};
}

uint64_t maps_size(uint64_t arena_size)
{
    return page_tables_size(arena_size, has_gigabytes());
}

static uint64_t offset_of(const uint8_t *part)
{
    return (uint64_t)(part - image_start);
}

uint64_t maps_fill(uint64_t tables, uint64_t image, const struct regions *regions,
                   uint64_t arena_size)
{
    const struct page_tables all = tables_at(tables);
    const struct page_tables_image parts = {.paddr = image,
                                            .rodata = offset_of(rodata_start),
                                            .data = offset_of(data_start),
                                            .end = offset_of(image_end),
                                            .guard = offset_of(stack_guard)};
    page_tables_fill(&all, &parts, regions, arena_size);
    return tables;
}

/* The L4 is the first of the tables in use. */
static struct page_tables current_tables(void)
{
    return tables_at(read_cr3() & CR3_FRAME);
}

void maps_point(const void *page, uint64_t paddr)
{
    const struct page_tables tables = current_tables();
    page_tables_point(&tables, offset_of(page), paddr);
    write_cr3(read_cr3());
}

void maps_add_identity(void)
{
    const struct page_tables tables = current_tables();
    page_tables_add_identity(&tables);
    write_cr3(read_cr3());
}
