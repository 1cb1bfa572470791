/* SPDX-License-Identifier: BSD-2-Clause */
/* Every field of hvm_start_info, and what it points to. */
#include <string.h>

#include "tests/xen/probe/pvh/probe_pvh.h"

static const void *at(uint64_t paddr)
{
    return (const void *)paddr;
}

static void report_modules(void)
{
    const struct hvm_modlist_entry *modules = at(start_info->modlist_paddr);
    for (uint32_t i = 0; i < start_info->nr_modules; i++) {
        say("start_info: module %u at %lx, %lu bytes, line %lx, reserved %lx, %016lx", i,
            modules[i].paddr, modules[i].size, modules[i].cmdline_paddr, modules[i].reserved,
            digest(at(modules[i].paddr), modules[i].size));
    }
}

static void report_map(void)
{
    const struct hvm_memmap_table_entry *entries = at(start_info->memmap_paddr);
    for (uint32_t i = 0; i < start_info->memmap_entries; i++) {
        say("start_info: memory %lx + %lx type %u reserved %u", entries[i].addr, entries[i].size,
            entries[i].type, entries[i].reserved);
    }
}

void report_start_info(void)
{
    say("start_info: at %lx", (uint64_t)start_info);
    say("start_info: magic %x version %u flags %x reserved %x", start_info->magic,
        start_info->version, start_info->flags, start_info->reserved);
    say("start_info: line at %lx: \"%s\"", start_info->cmdline_paddr,
        start_info->cmdline_paddr != 0 ? (const char *)at(start_info->cmdline_paddr) : "");
    say("start_info: %u modules at %lx", start_info->nr_modules, start_info->modlist_paddr);
    report_modules();
    say("start_info: %u ranges at %lx", start_info->memmap_entries, start_info->memmap_paddr);
    report_map();
    say("start_info: rsdp at %lx, %016lx", start_info->rsdp_paddr,
        start_info->rsdp_paddr != 0 ? digest(at(start_info->rsdp_paddr), 36) : 0);
    say("start_info: image %lx to %lx", (uint64_t)image_start, (uint64_t)image_end);
}
