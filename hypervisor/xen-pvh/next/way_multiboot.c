/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel of the Multiboot Specification, version 0.6.96, is told what it has by a table of 4-byte numbers, which begins with flags for
 * what is in it:
 *
 *      0       4       8       16     20      24            44      48          64
 *      | flags | lower | upper | line | count | modules ... | bytes | map | ... | loader's name | ...
 *
 *      a module:               | start | end | line | 0 |
 *      a range of the map:     | 20 | start (8) | length (8) | kind |
 */
#include "hypervisor/xen-pvh/e820.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/multiboot.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"

enum {
    INFO_FLAGS = 0,
    INFO_LOWER = 4,
    INFO_UPPER = 8,
    INFO_COMMAND_LINE = 16,
    INFO_MODULE_COUNT = 20,
    INFO_MODULES = 24,
    INFO_MAP_SIZE = 44,
    INFO_MAP = 48,
    INFO_LOADER = 64,
    INFO_SIZE = 120,
    MODULE_SIZE = 16,
    RANGE_SIZE = 4 + E820_SIZE,

    HAS_MEMORY = 1 << 0,
    HAS_COMMAND_LINE = 1 << 2,
    HAS_MODULES = 1 << 3,
    HAS_MAP = 1 << 6,
    HAS_LOADER = 1 << 9,
};

static int take(const struct next_kernel *next, struct flat_kernel *kernel, struct log *log)
{
    return multiboot_take(next, 1, kernel, log);
}

static void write_modules(struct writer *writer, const struct told *told, uint64_t table)
{
    for (size_t i = 0; i < told->module_count; i++) {
        uint64_t line = multiboot_write_module_line(writer, told, i);
        uint64_t at = table + i * MODULE_SIZE;
        struct layout_module module = told_module(told, i);
        writer_put32(writer, at, module.paddr);
        writer_put32(writer, at + 4, module.paddr + module.size);
        writer_put32(writer, at + 8, told->address + line);
    }
}

static void write_map(struct writer *writer, const struct memory *memory, uint64_t table)
{
    for (size_t i = 0; i < memory->count; i++) {
        uint64_t size = table + i * RANGE_SIZE, range = size + 4;
        writer_put32(writer, size, E820_SIZE);
        writer_put64(writer, range + E820_START, memory->ranges[i].start);
        writer_put64(writer, range + E820_LENGTH, memory->ranges[i].length);
        writer_put32(writer, range + E820_KIND, memory->ranges[i].kind);
    }
}

static void write(struct writer *writer, const struct told *told)
{
    const struct memory *memory = &told->start->memory;
    uint64_t map_size = memory->count * RANGE_SIZE;
    uint64_t info = writer_room(writer, INFO_SIZE);
    uint64_t modules = writer_room(writer, told->module_count * MODULE_SIZE);
    uint64_t map = writer_room(writer, map_size);
    uint64_t line = multiboot_write_line(writer, told);
    uint64_t loader = writer_text(writer, "pvboot");
    write_modules(writer, told, modules);
    write_map(writer, memory, map);
    writer_put32(writer, info + INFO_FLAGS,
                 HAS_MEMORY | HAS_COMMAND_LINE | HAS_MODULES | HAS_MAP | HAS_LOADER);
    writer_put32(writer, info + INFO_LOWER, multiboot_lower(memory));
    writer_put32(writer, info + INFO_UPPER, multiboot_upper(memory));
    writer_put32(writer, info + INFO_COMMAND_LINE, told->address + line);
    writer_put32(writer, info + INFO_MODULE_COUNT, told->module_count);
    writer_put32(writer, info + INFO_MODULES, told->address + modules);
    writer_put32(writer, info + INFO_MAP_SIZE, map_size);
    writer_put32(writer, info + INFO_MAP, told->address + map);
    writer_put32(writer, info + INFO_LOADER, told->address + loader);
}

static struct entry_registers registers(uint32_t address)
{
    return (struct entry_registers){.eax = MULTIBOOT_1_LOADED, .ebx = address};
}

const struct way way_multiboot = {
    .name = "multiboot", .take = take, .write = write, .registers = registers};
