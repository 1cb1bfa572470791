/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last step, read by trampoline.S and build.c. Its page is mapped at the same address in both
 * worlds:
 *
 *      0    entry       virtual address of the next kernel's first instruction
 *      8    stack       its stack pointer
 *      16   start_info  virtual address
 *      24   operations  two struct mmuext_op: NEW_BASEPTR of the new L4, UNPIN_TABLE of the old one
 *      72   the code
 */
#pragma once

#define TRAMPOLINE_ENTRY      0
#define TRAMPOLINE_STACK      8
#define TRAMPOLINE_START_INFO 16
#define TRAMPOLINE_OPERATIONS 24
#define TRAMPOLINE_CODE       72
