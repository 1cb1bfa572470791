/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel of the Multiboot Specification, version 2.0, is told what it has by tags, each at a multiple of 8:
 *
 *      0       4   8     +0     +4     +8
 *      | bytes | 0 | tag: | type | size | ... |   ...   | tag 0 |
 */
#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/e820.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/multiboot.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/error.h"
#include "lib/log.h"

enum information {
    INFO_END,
    INFO_COMMAND_LINE,
    INFO_LOADER,
    INFO_MODULE,
    INFO_MEMORY,
    INFO_BIOS_DEVICE,
    INFO_MAP,
    INFO_VBE,
    INFO_SCREEN,
    INFO_SECTIONS,
    INFO_APM,
    INFO_EFI_32,
    INFO_EFI_64,
    INFO_SMBIOS,
    INFO_OLD_RSDP,
    INFO_RSDP,
    INFO_NETWORK,
    INFO_EFI_MAP,
    INFO_EFI_SERVICES,
    INFO_EFI_HANDLE_32,
    INFO_EFI_HANDLE_64,
    INFO_LOAD_ADDRESS,
    INFO_KINDS,
};

enum {
    TAG_SIZE = 8,
    RANGE_SIZE = E820_SIZE + 4,
    OLD_RSDP_SIZE = 20,
    RSDP_REVISION = 15, /* 1 byte: 0, or 2 for the longer table */
};

/* What it is not told. */
static const char *const missing[INFO_KINDS] = {
    [INFO_BIOS_DEVICE] = "a BIOS's number of its disk",
    [INFO_VBE] = "a VBE screen",
    [INFO_SCREEN] = "a screen",
    [INFO_SECTIONS] = "the sections of its ELF file",
    [INFO_APM] = "APM's table",
    [INFO_EFI_32] = "EFI's system table",
    [INFO_EFI_64] = "EFI's system table",
    [INFO_SMBIOS] = "SMBIOS tables",
    [INFO_NETWORK] = "a network card's DHCP answer",
    [INFO_EFI_MAP] = "EFI's memory map",
    [INFO_EFI_SERVICES] = "EFI's boot services",
    [INFO_EFI_HANDLE_32] = "EFI's handle of it",
    [INFO_EFI_HANDLE_64] = "EFI's handle of it",
};

static int take(const struct next_kernel *next, struct flat_kernel *kernel, struct log *log)
{
    int error = multiboot_take(next, 2, kernel, log);
    for (unsigned kind = 0; error == 0 && kind < 32; kind++) {
        if ((next->multiboot.needs >> kind & 1) == 0) {
            continue;
        }
        if (kind >= INFO_KINDS) {
            return fail(log, ERR_UNSUPPORTED,
                        "%s: its multiboot header insists on something that is not known: 0x%x",
                        next->name, kind);
        }
        if (missing[kind] != NULL) {
            return fail(log, ERR_UNSUPPORTED,
                        "%s: its multiboot header insists on %s, which pvboot does not give",
                        next->name, missing[kind]);
        }
    }
    return error;
}

/* Begins a tag with `size` more bytes. Returns their offset. */
static uint64_t tag(struct writer *writer, enum information kind, uint64_t size)
{
    uint64_t at = writer_room(writer, TAG_SIZE + size);
    writer_put32(writer, at, kind);
    writer_put32(writer, at + 4, TAG_SIZE + size);
    return at + TAG_SIZE;
}

/* The tag whose content is at this offset has become longer, by a text. */
static void end_tag(struct writer *writer, uint64_t content)
{
    writer_put32(writer, content - 4, writer->used - (content - TAG_SIZE));
}

static void write_texts(struct writer *writer, const struct told *told)
{
    uint64_t line = tag(writer, INFO_COMMAND_LINE, 0);
    (void)multiboot_write_line(writer, told);
    end_tag(writer, line);
    uint64_t loader = tag(writer, INFO_LOADER, 0);
    (void)writer_text(writer, "pvboot");
    end_tag(writer, loader);
}

static void write_modules(struct writer *writer, const struct told *told)
{
    for (size_t i = 0; i < told->module_count; i++) {
        struct layout_module module = told_module(told, i);
        uint64_t fields = tag(writer, INFO_MODULE, 8);
        writer_put32(writer, fields, module.paddr);
        writer_put32(writer, fields + 4, module.paddr + module.size);
        (void)multiboot_write_module_line(writer, told, i);
        end_tag(writer, fields);
    }
}

static void write_memory(struct writer *writer, const struct memory *memory)
{
    uint64_t sizes = tag(writer, INFO_MEMORY, 8);
    writer_put32(writer, sizes, multiboot_lower(memory));
    writer_put32(writer, sizes + 4, multiboot_upper(memory));
    uint64_t map = tag(writer, INFO_MAP, 8 + memory->count * RANGE_SIZE);
    writer_put32(writer, map, RANGE_SIZE);
    for (size_t i = 0; i < memory->count; i++) {
        uint64_t range = map + 8 + i * RANGE_SIZE;
        writer_put64(writer, range + E820_START, memory->ranges[i].start);
        writer_put64(writer, range + E820_LENGTH, memory->ranges[i].length);
        writer_put32(writer, range + E820_KIND, memory->ranges[i].kind);
    }
}

/* Copies of ACPI's first table: as its first version has it, and as it is. */
static void write_rsdp(struct writer *writer, const struct pvh_start *start)
{
    if (start->rsdp == 0) {
        return;
    }
    writer_put(writer, tag(writer, INFO_OLD_RSDP, OLD_RSDP_SIZE), start->rsdp_table, OLD_RSDP_SIZE);
    if (start->rsdp_table[RSDP_REVISION] >= 2) {
        writer_put(writer, tag(writer, INFO_RSDP, RSDP_SIZE), start->rsdp_table, RSDP_SIZE);
    }
}

static void write(struct writer *writer, const struct told *told)
{
    uint64_t total = writer_room(writer, 8);
    write_texts(writer, told);
    write_modules(writer, told);
    write_memory(writer, &told->start->memory);
    write_rsdp(writer, told->start);
    if (told->next->multiboot.can_move) {
        writer_put32(writer, tag(writer, INFO_LOAD_ADDRESS, 4), told->kernel_start);
    }
    (void)tag(writer, INFO_END, 0);
    writer_put32(writer, total, writer->used);
}

static struct entry_registers registers(uint32_t address)
{
    return (struct entry_registers){.eax = MULTIBOOT_2_LOADED, .ebx = address};
}

const struct way way_multiboot2 = {
    .name = "multiboot2", .take = take, .write = write, .registers = registers};
