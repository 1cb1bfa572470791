/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's address space as a PVH guest: its own page tables, in pages of 1 GiB or 2 MiB but for the image (page_tables.h).
 *
 *      slot 384   0xffffc00000000000  the image: code R-X, constants R, data RW; 4 KiB pages
 *                 0xffffc01000000000  the arena: free memory, one run after the other (ram.h); it begins somewhere in
 *                                     this GiB (page_tables_arena())
 *      slot 385   0xffffc08000000000  the first 4 GiB as they are, never executed: start_info, ACPI tables,
 *                                     console, store, shared_info
 *      slot 0                         the same, executable: at the start, and for the hand-over's last steps
 *
 * Physical memory, of which everything is left where Xen put it but for the image, which moves out of the next
 * kernel's way:
 *
 *      0      2 MiB                 S = half of `top`                            top   4 GiB
 *      |      | arena, third        | arena, first           | tables | image |  ...  | arena, second
 */
#pragma once

#include "hypervisor/xen/image.h"

#define ARENA_BASE  ADDRESS(0xffffc01000000000)
#define DIRECT_BASE ADDRESS(0xffffc08000000000)

#define ARENA_LIMIT  ADDRESS(0x400000000) /* bytes: 16 GiB */
#define DIRECT_LIMIT ADDRESS(0x100000000) /* bytes: 4 GiB */
#define LARGE_PAGE   ADDRESS(0x200000)    /* bytes: 2 MiB */

#define GIGABYTE_PAGE \
    ADDRESS(0x40000000) /* bytes: 1 GiB; only where the processor has such pages */

/* Selectors of gdt (entry.S); the flat ones of 32 bits are those that Linux's boot protocol wants. */
#define CODE64_SELECTOR 0x08
#define CODE32_SELECTOR 0x10
#define DATA_SELECTOR   0x18

#ifndef __ASSEMBLER__
/* What lies at a physical address below 4 GiB. */
static inline void *at_physical(uint64_t address)
{
    return (void *)(DIRECT_BASE + address);
}
#endif
