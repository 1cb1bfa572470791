/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/multiboot.h"

#include <stddef.h>
#include <string.h>

#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/bytes.h"
#include "lib/checked.h"

/* The information that ebx points to: numbers of 4 bytes. */
enum {
    INFO_FLAGS = 0,
    INFO_COMMAND_LINE = 16,
    INFO_MODULE_COUNT = 20,
    INFO_MODULES = 24,
    HAS_COMMAND_LINE = 1 << 2,
    HAS_MODULES = 1 << 3,
};

/* A module. */
enum { MODULE_START = 0, MODULE_END = 4 };

/* ACPI specification, 5.2.5: Root System Description Pointer. */
enum { RSDP_STEP = 16 };

void multiboot_read(struct pvh_start *start, uint64_t address)
{
    const uint8_t *info = at_physical(address);
    uint32_t flags = le32(info + INFO_FLAGS);
    if ((flags & HAS_COMMAND_LINE) != 0) {
        pvh_start_take_line(start, le32(info + INFO_COMMAND_LINE));
    }
    if ((flags & HAS_MODULES) != 0 && le32(info + INFO_MODULE_COUNT) > 0) {
        const uint8_t *module = at_physical(le32(info + INFO_MODULES));
        start->ramdisk = le32(module + MODULE_START);
        start->ramdisk_size = le32(module + MODULE_END) - start->ramdisk;
    }
}

uint64_t multiboot_find_rsdp(const struct memory *memory)
{
    for (size_t i = 0; i < memory->count; i++) {
        const struct memory_range *range = &memory->ranges[i];
        uint64_t end = min_u64(range->start + range->length, DIRECT_LIMIT);
        for (uint64_t at = range->start; range->kind == MEMORY_ACPI && at + RSDP_STEP <= end;
             at += RSDP_STEP) {
            if (memcmp(at_physical(at), "RSD PTR ", 8) == 0) {
                return at;
            }
        }
    }
    return 0;
}
