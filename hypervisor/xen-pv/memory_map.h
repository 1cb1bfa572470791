/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the loader lives as a PV guest: slots of the top-level page table (L4) that no known kernel asks for,
 * so that its addresses and those of the next guest are never the same. Read by C and by entry.S.
 *
 *      slot 383   0xffffbf8000000000  the p2m: the machine frame of every page, put here by Xen
 *                                     (INIT_P2M)
 *      slot 384   0xffffc00000000000  the image, start_info, console, store, page tables; free room
 *                                     up to 4 MiB
 *                 0xffffc01000000000  the arena: free frames, mapped on demand
 *                 0xffffc02000000000  ramdisk= of the domain's configuration
 */
#pragma once

#include "hypervisor/xen/image.h"

#define ARENA_BASE   ADDRESS(0xffffc01000000000)
#define RAMDISK_BASE ADDRESS(0xffffc02000000000)
#define P2M_BASE     ADDRESS(0xffffbf8000000000)

#define ARENA_LIMIT ADDRESS(0x400000000) /* bytes: 16 GiB */
