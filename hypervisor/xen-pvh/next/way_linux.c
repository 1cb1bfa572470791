/* SPDX-License-Identifier: BSD-2-Clause */
/* A bzImage as it is: its code is entered, and unpacks the kernel itself. It is told what it has by boot_params, with the command line behind them. */
#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/e820.h"
#include "hypervisor/xen-pvh/next/boot_params.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/next/writer.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

static int check(const struct next_kernel *next, struct log *log)
{
    const struct kernel_bzimage *image = &next->bzimage;
    const struct kernel_segment *code = &image->code;
    size_t length = strlen(next->command_line);
    if (image->version < PROTOCOL_WITH_ADDRESS) {
        return fail(log, ERR_UNSUPPORTED,
                    "%s: a Linux from before 2.6.31, which does not start in a PVH domain",
                    next->name);
    }
    if (code->memory_size < code->file_size) {
        return fail(log, ERR_CORRUPT,
                    "%s: a bzImage of %lu bytes that says that it needs only %lu (init_size)",
                    next->name, code->file_size, code->memory_size);
    }
    if (!range_within(code->paddr, code->memory_size, FLAT_LIMIT)) {
        return fail(log, ERR_CORRUPT,
                    "%s: a bzImage that wants to be at 0x%lx, and starts below 4 GiB", next->name,
                    code->paddr);
    }
    return length <= image->command_line_size
               ? 0
               : fail(log, ERR_TOO_LARGE,
                      "%s: its command line has %zu characters, and the kernel takes %u",
                      next->name, length, image->command_line_size);
}

static int take(const struct next_kernel *next, struct flat_kernel *kernel, struct log *log)
{
    const struct kernel_bzimage *image = &next->bzimage;
    if (image->code.bytes == NULL) {
        return ERR_NOT_FOUND;
    }
    int error = check(next, log);
    if (error != 0) {
        return error;
    }
    *kernel = (struct flat_kernel){
        .segments = &image->code,
        .segment_count = 1,
        .entry = (uint32_t)image->code.paddr,
        .can_move = image->can_move,
        .alignment = image->alignment,
        .minimum = (uint32_t)image->code.paddr, /* below, it would move itself there */
        .maximum = UINT32_MAX,
        .modules_end = image->initrd_end,
        .wants_rsdp_low = image->version < PROTOCOL_WITH_RSDP,
    };
    return 0;
}

static void write_map(struct writer *writer, const struct memory *memory, uint64_t params)
{
    uint8_t count = (uint8_t)min_u64(memory->count, PARAMS_RANGE_LIMIT);
    writer_put(writer, params + PARAMS_RANGE_COUNT, &count, sizeof count);
    for (size_t i = 0; i < count; i++) {
        uint64_t range = params + PARAMS_RANGES + i * E820_SIZE;
        writer_put64(writer, range + E820_START, memory->ranges[i].start);
        writer_put64(writer, range + E820_LENGTH, memory->ranges[i].length);
        writer_put32(writer, range + E820_KIND, memory->ranges[i].kind);
    }
}

/* It has one initrd: of several modules the first one, as it is with a PVH entry. */
static void write(struct writer *writer, const struct told *told)
{
    static const uint8_t loader = LOADER_WITHOUT_NUMBER;
    const struct kernel_bzimage *image = &told->next->bzimage;
    uint64_t params = writer_room(writer, PARAMS_SIZE);
    uint64_t line = writer_text(writer, told->next->command_line);
    writer_put(writer, params + PARAMS_HEADER, image->header, image->header_size);
    writer_put(writer, params + PARAMS_LOADER_TYPE, &loader, sizeof loader);
    writer_put32(writer, params + PARAMS_CODE_START, told->kernel_start);
    writer_put32(writer, params + PARAMS_COMMAND_LINE, told->address + line);
    if (told->module_count > 0) {
        struct layout_module initrd = told_module(told, 0);
        writer_put32(writer, params + PARAMS_INITRD, initrd.paddr);
        writer_put32(writer, params + PARAMS_INITRD_SIZE, initrd.size);
    }
    if (image->version >= PROTOCOL_WITH_RSDP) {
        writer_put64(writer, params + PARAMS_RSDP, told->start->rsdp);
    }
    write_map(writer, &told->start->memory, params);
}

static struct entry_registers registers(uint32_t address)
{
    return (struct entry_registers){.esi = address, .has_gdt = true};
}

const struct way way_linux = {
    .name = "Linux's boot protocol", .take = take, .write = write, .registers = registers};
