/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loader's image, which is one for all kinds of Xen guests: link.ld lays it out, image.S has its
 * stack and the hypercall page. It runs at IMAGE_BASE, in a slot of the top-level page table (L4) that
 * no known kernel asks for. Read by C, by assembly and by link.ld.
 */
#pragma once

#ifdef __ASSEMBLER__
#define ADDRESS(number) number
#else
#include <stdint.h>

#include "lib/arena.h"
#define ADDRESS(number) UINT64_C(number)
#endif

#define IMAGE_BASE       ADDRESS(0xffffc00000000000)
#define IMAGE_SIZE_LIMIT ADDRESS(0x200000) /* bytes; link.ld refuses a larger one */
#define STACK_SIZE       ADDRESS(0x10000)  /* bytes: 64 KiB */

/*
 * What the file's physical addresses count from: where it is put before paging is on, as under PVH.
 * Xen places a PV guest's kernel from page 0 on, for the note PADDR_OFFSET says how much is too much.
 */
#define IMAGE_PADDR ADDRESS(0x200000)

#ifndef __ASSEMBLER__
extern const uint8_t image_start[], rodata_start[], data_start[], image_end[];

extern uint8_t hypercall_page[PAGE_SIZE]; /* filled by Xen */
extern uint8_t fpu_at_entry[512];         /* as fxsave writes it */
extern uint8_t stack_guard[PAGE_SIZE];    /* below the stack */

/* The linker's note: no other build's file has the same bytes. */
enum { BUILD_ID_SIZE = 36 };
extern const uint8_t build_id[BUILD_ID_SIZE];
#endif
