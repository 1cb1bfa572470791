/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Started by a loader that knows no PVH, as GRUB in a PVH guest starts what its menu calls `multiboot` (Multiboot Specification
 * 0.6.96): the state of the processor is that of PVH, but for eax and what ebx points to. entry.S has the header by which the loader finds
 * the image, which it takes as one piece.
 */
#pragma once

#define MULTIBOOT_HEADER_MAGIC 0x1badb002
#define MULTIBOOT_HEADER_FLAGS 0x00010000 /* the header says where the image goes */
#define MULTIBOOT_MAGIC        0x2badb002 /* in eax */

#ifndef __ASSEMBLER__
#include <stdint.h>

#include "lib/memory.h"

struct pvh_start;

/*
 * Fills what the loader says at this physical address: command line and first module. The memory map that it has may be one of its own making: Xen's
 * is asked for by the caller.
 */
void multiboot_read(struct pvh_start *, uint64_t address);

/* Where ACPI's first table lies, which the loader does not say: somewhere in the map's ranges for ACPI. 0: there is none. */
uint64_t multiboot_find_rsdp(const struct memory *);
#endif
