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
#include "hypervisor/xen-pvh/next/writer.h"
#include "hypervisor/xen-pvh/start_info.h"
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

/* An initrd has no command line; FreeBSD reads it all the same, so there is an empty one. */
static const char *module_line(const struct told *told, size_t index)
{
    return told->next->module_count > 0 ? told->next->modules[index].command_line : "";
}

static void write_modules(struct writer *writer, const struct told *told, uint64_t table)
{
    for (size_t i = 0; i < told->module_count; i++) {
        struct layout_module module = told_module(told, i);
        const struct hvm_modlist_entry entry = {
            .paddr = module.paddr,
            .size = module.size,
            .cmdline_paddr = told->address + writer_text(writer, module_line(told, i)),
        };
        writer_put(writer, table + i * sizeof entry, &entry, sizeof entry);
    }
}

static void write_map(struct writer *writer, const struct memory *memory, uint64_t table)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct hvm_memmap_table_entry entry = {
            .addr = memory->ranges[i].start,
            .size = memory->ranges[i].length,
            .type = memory->ranges[i].kind,
        };
        writer_put(writer, table + i * sizeof entry, &entry, sizeof entry);
    }
}

static void write(struct writer *writer, const struct told *told)
{
    const struct memory *memory = &told->start->memory;
    uint64_t at = writer_room(writer, sizeof(struct hvm_start_info));
    uint64_t line = writer_text(writer, told->next->command_line);
    uint64_t modules = writer_room(writer, told->module_count * sizeof(struct hvm_modlist_entry));
    uint64_t map = writer_room(writer, memory->count * sizeof(struct hvm_memmap_table_entry));
    const struct hvm_start_info info = {
        .magic = XEN_HVM_START_MAGIC_VALUE,
        .version = 1,
        .flags = told->start->flags,
        .nr_modules = (uint32_t)told->module_count,
        .modlist_paddr = told->module_count > 0 ? told->address + modules : 0,
        .cmdline_paddr = told->address + line,
        .rsdp_paddr = told->start->rsdp,
        .memmap_paddr = told->address + map,
        .memmap_entries = (uint32_t)memory->count,
    };
    writer_put(writer, at, &info, sizeof info);
    write_map(writer, memory, map);
    write_modules(writer, told, modules);
}

static struct entry_registers registers(uint32_t address)
{
    return (struct entry_registers){.ebx = address};
}

const struct way way_pvh = {
    .name = "its PVH entry", .take = take, .write = write, .registers = registers};
