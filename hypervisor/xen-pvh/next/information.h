/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tells a PVH kernel what it has (xen/arch-x86/hvm/start_info.h), in one piece:
 *
 *      | hvm_start_info | command line | modules | memory map | the modules' command lines |
 */
#pragma once

#include <stdint.h>

#include "hypervisor/xen-pvh/next/layout.h"

struct next_kernel;
struct pvh_start;

/* Bytes. */
uint64_t information_size(const struct next_kernel *, const struct pvh_start *,
                          size_t module_count);

/* Fills `bytes`, which are cleared and will lie at layout->information. */
void information_fill(uint8_t *bytes, const struct next_kernel *, const struct pvh_start *,
                      const struct pvh_layout *, const struct layout_module *modules,
                      size_t module_count);
