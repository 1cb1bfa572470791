/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel with a PVH entry is told what it has by hvm_start_info (xen/arch-x86/hvm/start_info.h), in one piece:
 *
 *      | hvm_start_info | command line | modules | memory map | the modules' command lines |
 */
#include <stdint.h>
#include <string.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/checked.h"
#include "lib/error.h"

static int take(const struct next_kernel *next, struct flat_kernel *kernel, struct log *log)
{
    (void)log;
    if (!next->pvh.has_entry) {
        return ERR_NOT_FOUND;
    }
    *kernel = (struct flat_kernel){
        .segments = next->segments,
        .segment_count = next->segment_count,
        .entry = next->pvh.entry,
        .can_move = next->pvh.can_move,
        .alignment = next->pvh.alignment,
        .minimum = next->pvh.minimum,
        .maximum = next->pvh.maximum,
        .modules_end = FLAT_LIMIT,
    };
    return 0;
}

/* ---- hvm_start_info ------------------------------------------------------------------------- */

/* Bytes from the start of each part. */
struct parts {
    uint64_t command_line, modules, map, module_lines, end;
};

/* An initrd has no command line; FreeBSD reads it all the same, so there is an empty one. */
static const char *module_line(const struct told *told, size_t index)
{
    return told->next->module_count > 0 ? told->next->modules[index].command_line : "";
}

static struct parts place(const struct told *told)
{
    const char *line = told->next->command_line;
    struct parts parts = {.command_line = sizeof(struct hvm_start_info)};
    parts.modules = parts.command_line + align_up(strlen(line) + 1, 8);
    parts.map = parts.modules + told->module_count * sizeof(struct hvm_modlist_entry);
    parts.module_lines =
        parts.map + told->start->memory.count * sizeof(struct hvm_memmap_table_entry);
    parts.end = parts.module_lines;
    for (size_t i = 0; i < told->module_count; i++) {
        parts.end += strlen(module_line(told, i)) + 1;
    }
    return parts;
}

static uint64_t size(const struct told *told)
{
    return place(told).end;
}

static void fill_map(struct hvm_memmap_table_entry *entries, const struct memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        entries[i].addr = memory->ranges[i].start;
        entries[i].size = memory->ranges[i].length;
        entries[i].type = memory->ranges[i].kind;
    }
}

static void fill_modules(uint8_t *bytes, const struct parts *parts, const struct told *told)
{
    struct hvm_modlist_entry *entries = (struct hvm_modlist_entry *)(bytes + parts->modules);
    uint64_t line = parts->module_lines;
    for (size_t i = 0; i < told->module_count; i++) {
        size_t length = strlen(module_line(told, i)) + 1;
        entries[i].paddr = told->modules[i].paddr;
        entries[i].size = told->modules[i].size;
        entries[i].cmdline_paddr = told->address + line;
        memcpy(bytes + line, module_line(told, i), length);
        line += length;
    }
}

static void fill(uint8_t *bytes, const struct told *told)
{
    struct parts parts = place(told);
    struct hvm_start_info *info = (struct hvm_start_info *)bytes;
    const char *line = told->next->command_line;
    info->magic = XEN_HVM_START_MAGIC_VALUE;
    info->version = 1;
    info->flags = told->start->flags;
    info->nr_modules = (uint32_t)told->module_count;
    info->modlist_paddr = told->module_count > 0 ? told->address + parts.modules : 0;
    info->cmdline_paddr = told->address + parts.command_line;
    info->rsdp_paddr = told->start->rsdp;
    info->memmap_paddr = told->address + parts.map;
    info->memmap_entries = (uint32_t)told->start->memory.count;
    memcpy(bytes + parts.command_line, line, strlen(line));
    fill_map((struct hvm_memmap_table_entry *)(bytes + parts.map), &told->start->memory);
    fill_modules(bytes, &parts, told);
}

static struct entry_registers registers(uint32_t address)
{
    return (struct entry_registers){.ebx = address};
}

const struct way way_pvh = {
    .name = "its PVH entry", .take = take, .size = size, .fill = fill, .registers = registers};
