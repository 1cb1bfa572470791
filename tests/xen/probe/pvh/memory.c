/* SPDX-License-Identifier: BSD-2-Clause */
/* The contents of the kernel's own memory, of ACPI's tables, and of what belongs to nobody. */
#include "tests/xen/probe/pvh/probe_pvh.h"

enum { TYPE_RAM = 1, TYPE_ACPI = 3, SAMPLE = 61 };

static bool is_ours(uint64_t page)
{
    const struct hvm_modlist_entry *modules = (const void *)start_info->modlist_paddr;
    bool in_module = start_info->nr_modules > 0 && page + PAGE_SIZE > modules->paddr &&
                     page < modules->paddr + modules->size;
    return in_module || (page + PAGE_SIZE > (uint64_t)image_start && page < (uint64_t)image_end) ||
           page == ((uint64_t)start_info & ~(PAGE_SIZE - 1));
}

/* One page of 61. */
static uint64_t count_used(const struct hvm_memmap_table_entry *range)
{
    uint64_t used = 0, end = range->addr + range->size;
    for (uint64_t page = range->addr; page + PAGE_SIZE <= end && page < UINT64_C(1) << 32;
         page += SAMPLE * PAGE_SIZE) {
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
}
