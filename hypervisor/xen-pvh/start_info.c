/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/start_info.h"

#include <string.h>
#include <xen/arch-x86/hvm/start_info.h>

#include "hypervisor/xen-pvh/e820.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/multiboot.h"
#include "hypervisor/xen-pvh/pvh_hypercall.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

static void add_range(struct pvh_start *start, uint64_t first, uint64_t length, uint32_t kind)
{
    uint64_t end;
    if (start->memory.count < MEMORY_RANGES && length > 0 && checked_add(first, length, &end)) {
        start->ranges[start->memory.count++] =
            (struct memory_range){.start = first, .length = length, .kind = kind};
    }
}

static void read_map(struct pvh_start *start, const struct hvm_start_info *info)
{
    const struct hvm_memmap_table_entry *entries = at_physical(info->memmap_paddr);
    for (uint32_t i = 0; i < info->memmap_entries; i++) {
        add_range(start, entries[i].addr, entries[i].size, entries[i].type);
    }
}

static void ask_map(struct pvh_start *start)
{
    static uint8_t entries[MEMORY_RANGES * E820_SIZE];
    struct xen_memory_map map = {.nr_entries = MEMORY_RANGES};
    set_xen_guest_handle(map.buffer, (void *)entries);
    if (hypercall_memory_op(XENMEM_memory_map, &map) == 0) {
        for (const uint8_t *entry = entries; entry < entries + map.nr_entries * E820_SIZE;
             entry += E820_SIZE) {
            add_range(start, le64(entry + E820_START), le64(entry + E820_LENGTH),
                      le32(entry + E820_KIND));
        }
    }
}

void pvh_start_take_line(struct pvh_start *start, uint64_t address)
{
    if (address != 0) {
        const char *text = at_physical(address);
        memcpy(start->command_line, text, strnlen(text, sizeof start->command_line - 1));
    }
}

static void read_ramdisk(struct pvh_start *start, const struct hvm_start_info *info)
{
    if (info->nr_modules > 0) {
        const struct hvm_modlist_entry *first = at_physical(info->modlist_paddr);
        start->ramdisk = first->paddr;
        start->ramdisk_size =
            range_within(first->paddr, first->size, DIRECT_LIMIT) ? first->size : 0;
    }
}

static int read_start_info(struct pvh_start *start, uint64_t address)
{
    const struct hvm_start_info *info = at_physical(address);
    if (info->magic != XEN_HVM_START_MAGIC_VALUE) {
        return ERR_CORRUPT;
    }
    start->flags = info->flags;
    start->rsdp = info->rsdp_paddr;
    pvh_start_take_line(start, info->cmdline_paddr);
    read_ramdisk(start, info);
    if (info->version >= 1) {
        read_map(start, info);
    }
    return 0;
}

static void keep_rsdp(struct pvh_start *start)
{
    if (start->rsdp != 0 && range_within(start->rsdp, RSDP_SIZE, DIRECT_LIMIT)) {
        memcpy(start->rsdp_table, at_physical(start->rsdp), RSDP_SIZE);
    }
}

int pvh_start_read(struct pvh_start *start, uint32_t magic, uint64_t address)
{
    int error = 0;
    start->memory.ranges = start->ranges;
    if (magic == MULTIBOOT_MAGIC) {
        multiboot_read(start, address);
    } else {
        error = read_start_info(start, address);
    }
    if (start->memory.count == 0) {
        ask_map(start);
    }
    if (magic == MULTIBOOT_MAGIC) {
        start->rsdp = multiboot_find_rsdp(&start->memory);
    }
    keep_rsdp(start);
    return error == 0 && start->memory.count == 0 ? ERR_CORRUPT : error;
}
