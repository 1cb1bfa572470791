/* SPDX-License-Identifier: BSD-2-Clause */
/* The contents of the kernel's own memory, of ACPI's tables, and of what belongs to nobody. */
#include <stdint.h>
#include <xen/memory.h>

#include "tests/xen/probe/pvh/probe_pvh.h"

enum { TYPE_RAM = 1, TYPE_ACPI = 3, SAMPLE = 61 };
static const uint64_t FOUR_GIB = UINT64_C(1) << 32; /* what is mapped */

static bool is_ours(uint64_t page)
{
    const struct hvm_modlist_entry *modules = (const void *)start_info->modlist_paddr;
    bool in_module = start_info->nr_modules > 0 && page + PAGE_SIZE > modules->paddr &&
                     page < modules->paddr + modules->size;
    return in_module || (page + PAGE_SIZE > (uint64_t)image_start && page < (uint64_t)image_end) ||
           page == ((uint64_t)start_info & ~(PAGE_SIZE - 1));
}

/*
 * Where memory < maxmem, Xen has fewer pages than the memory map: it gives one when it is touched,
 * and destroys a domain that has touched all. So what lies past seven eighths is left alone.
 */
static uint64_t end_of_look(const struct hvm_memmap_table_entry *range)
{
    domid_t self = DOMID_SELF;
    long pages = hypercall_memory_op(XENMEM_current_reservation, &self);
    uint64_t there = (uint64_t)pages / 8 * 7 * PAGE_SIZE;
    uint64_t size = range->size > (uint64_t)pages * PAGE_SIZE ? there : range->size;
    return range->addr + size < FOUR_GIB ? range->addr + size : FOUR_GIB;
}

/* One page of 61. */
static uint64_t count_used(const struct hvm_memmap_table_entry *range)
{
    uint64_t used = 0, end = end_of_look(range);
    for (uint64_t page = range->addr; page + PAGE_SIZE <= end; page += SAMPLE * PAGE_SIZE) {
        used += !is_ours(page) && !is_zero((const void *)page);
    }
    return used;
}

void report_contents(void)
{
    const struct hvm_memmap_table_entry *entries = (const void *)start_info->memmap_paddr;
    say("contents: the code before the hypercall page %016lx",
        digest(image_start, (size_t)(hypercall_page - image_start)));
    say("contents: code and constants %016lx",
        digest(hypercall_page + PAGE_SIZE, (size_t)(data_start - hypercall_page) - PAGE_SIZE));
    for (uint32_t i = 0; i < start_info->memmap_entries; i++) {
        if (entries[i].type == TYPE_ACPI) {
            say("contents: ACPI %016lx", digest((const void *)entries[i].addr, entries[i].size));
        } else if (entries[i].type == TYPE_RAM) {
            say("contents: %lu free pages are not zero", count_used(&entries[i]));
        }
    }
#ifdef PROBE_BSD_SYMTAB
    report_symbols(image_end, (const uint8_t *)start_info);
#endif
}
