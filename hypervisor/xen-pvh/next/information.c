/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/information.h"

#include <string.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/checked.h"

/* Bytes from the start of each part. */
struct parts {
    uint64_t command_line, modules, map, module_lines, end;
};

/* An initrd has no command line; FreeBSD reads it all the same, so there is an empty one. */
static const char *module_line(const struct next_kernel *next, size_t index)
{
    return next->module_count > 0 ? next->modules[index].command_line : "";
}

static struct parts place(const struct next_kernel *next, const struct pvh_start *start,
                          size_t module_count)
{
    struct parts parts = {.command_line = sizeof(struct hvm_start_info)};
    parts.modules = parts.command_line + align_up(strlen(next->command_line) + 1, 8);
    parts.map = parts.modules + module_count * sizeof(struct hvm_modlist_entry);
    parts.module_lines = parts.map + start->memory.count * sizeof(struct hvm_memmap_table_entry);
    parts.end = parts.module_lines;
    for (size_t i = 0; i < module_count; i++) {
        parts.end += strlen(module_line(next, i)) + 1;
    }
    return parts;
}

uint64_t information_size(const struct next_kernel *next, const struct pvh_start *start,
                          size_t module_count)
{
    return place(next, start, module_count).end;
}

static void fill_map(struct hvm_memmap_table_entry *entries, const struct memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        entries[i].addr = memory->ranges[i].start;
        entries[i].size = memory->ranges[i].length;
        entries[i].type = memory->ranges[i].kind;
    }
}

static void fill_modules(uint8_t *bytes, const struct parts *parts, const struct next_kernel *next,
                         const struct pvh_layout *layout, const struct layout_module *modules,
                         size_t count)
{
    struct hvm_modlist_entry *entries = (struct hvm_modlist_entry *)(bytes + parts->modules);
    uint64_t line = parts->module_lines;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(module_line(next, i)) + 1;
        entries[i].paddr = modules[i].paddr;
        entries[i].size = modules[i].size;
        entries[i].cmdline_paddr = layout->information + line;
        memcpy(bytes + line, module_line(next, i), size);
        line += size;
    }
}

void information_fill(uint8_t *bytes, const struct next_kernel *next, const struct pvh_start *start,
                      const struct pvh_layout *layout, const struct layout_module *modules,
                      size_t module_count)
{
    struct parts parts = place(next, start, module_count);
    struct hvm_start_info *info = (struct hvm_start_info *)bytes;
    info->magic = XEN_HVM_START_MAGIC_VALUE;
    info->version = 1;
    info->flags = start->flags;
    info->nr_modules = (uint32_t)module_count;
    info->modlist_paddr = module_count > 0 ? layout->information + parts.modules : 0;
    info->cmdline_paddr = layout->information + parts.command_line;
    info->rsdp_paddr = start->rsdp;
    info->memmap_paddr = layout->information + parts.map;
    info->memmap_entries = (uint32_t)start->memory.count;
    memcpy(bytes + parts.command_line, next->command_line, strlen(next->command_line));
    fill_map((struct hvm_memmap_table_entry *)(bytes + parts.map), &start->memory);
    fill_modules(bytes, &parts, next, layout, modules, module_count);
}
