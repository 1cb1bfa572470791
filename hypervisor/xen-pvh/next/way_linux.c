/* SPDX-License-Identifier: BSD-2-Clause */
/* A bzImage as it is: its code is entered, and unpacks the kernel itself. It is told what it has by boot_params, with the command line behind them. */
#include <string.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/e820.h"
#include "hypervisor/xen-pvh/next/boot_params.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/bytes.h"
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

static uint64_t size(const struct told *told)
{
    return PARAMS_SIZE + strlen(told->next->command_line) + 1;
}

static void fill_map(uint8_t *params, const struct memory *memory)
{
    size_t count = min_u64(memory->count, PARAMS_RANGE_LIMIT);
    params[PARAMS_RANGE_COUNT] = (uint8_t)count;
    for (size_t i = 0; i < count; i++) {
        uint8_t *range = params + PARAMS_RANGES + i * E820_SIZE;
        put_le64(range + E820_START, memory->ranges[i].start);
        put_le64(range + E820_LENGTH, memory->ranges[i].length);
        put_le32(range + E820_KIND, memory->ranges[i].kind);
    }
}

/* It has one initrd: of several modules the first one, as it is with a PVH entry. */
static void fill(uint8_t *params, const struct told *told)
{
    const struct kernel_bzimage *image = &told->next->bzimage;
    const char *line = told->next->command_line;
    memcpy(params + PARAMS_HEADER, image->header, image->header_size);
    params[PARAMS_LOADER_TYPE] = LOADER_WITHOUT_NUMBER;
    put_le32(params + PARAMS_CODE_START, (uint32_t)told->kernel_start);
    if (told->module_count > 0) {
        put_le32(params + PARAMS_INITRD, (uint32_t)told->modules[0].paddr);
        put_le32(params + PARAMS_INITRD_SIZE, (uint32_t)told->modules[0].size);
    }
    put_le32(params + PARAMS_COMMAND_LINE, (uint32_t)told->address + PARAMS_SIZE);
    memcpy(params + PARAMS_SIZE, line, strlen(line));
    if (image->version >= PROTOCOL_WITH_RSDP) {
        put_le64(params + PARAMS_RSDP, told->start->rsdp);
    }
    fill_map(params, &told->start->memory);
}

static struct entry_registers registers(uint32_t address)
{
    return (struct entry_registers){.esi = address, .has_gdt = true};
}

const struct way way_linux = {.name = "Linux's boot protocol",
                              .take = take,
                              .size = size,
                              .fill = fill,
                              .registers = registers};
