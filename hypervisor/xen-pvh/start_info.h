/* SPDX-License-Identifier: BSD-2-Clause */
/* What we were started with, copied to where nothing overwrites it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "hypervisor/next_kernel.h"
#include "lib/memory.h"

enum {
    MEMORY_RANGES = 128,
    RSDP_SIZE = 36 /* bytes of ACPI's first table (ACPI specification, 5.2.5) */
};

struct pvh_start {
    uint32_t flags;
    uint64_t rsdp; /* physical address of ACPI's first table; 0: none */
    uint8_t rsdp_table[RSDP_SIZE];
    uint64_t ramdisk;      /* physical address of the first module, if ramdisk_size is not 0 */
    uint64_t ramdisk_size; /* bytes */
    char command_line[COMMAND_LINE_SIZE]; /* cut to what fits */
    struct memory_range ranges[MEMORY_RANGES];
    struct memory memory; /* all of `ranges` that are there, in the order in which Xen gave them */
};

/*
 * Reads what the builder says at this physical address: hvm_start_info, or, where `magic` is multiboot's, the information of a loader
 * between Xen and us. A memory map that is not there is asked from Xen. Returns 0, or ERR_CORRUPT where it is neither, or there is no memory map.
 */
int pvh_start_read(struct pvh_start *, uint32_t magic, uint64_t address);

/* Copies the command line at a physical address; 0: there is none. */
void pvh_start_take_line(struct pvh_start *, uint64_t address);
