/* SPDX-License-Identifier: BSD-2-Clause */
/* A map of physical memory. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* As the firmware interface e820 numbers them (ACPI specification, 15: System Address Map Interfaces). */
enum memory_kind { MEMORY_RAM = 1, MEMORY_RESERVED = 2, MEMORY_ACPI = 3 };

struct memory_range {
    uint64_t start, length; /* bytes */
    enum memory_kind kind;
};

struct memory {
    const struct memory_range *ranges; /* not overlapping, in any order */
    size_t count;
};

/* Bytes of RAM in all ranges. */
uint64_t memory_ram(const struct memory *);
