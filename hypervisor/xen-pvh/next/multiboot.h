/* SPDX-License-Identifier: BSD-2-Clause */
/* What both versions of the Multiboot Specification have in common. */
#pragma once

#include <stdint.h>

#include "hypervisor/xen-pvh/next/writer.h"
#include "lib/memory.h"

struct flat_kernel;
struct log;
struct next_kernel;
struct told;

/* In eax. */
#define MULTIBOOT_1_LOADED UINT32_C(0x2BADB002)
#define MULTIBOOT_2_LOADED UINT32_C(0x36D76289)

/* As a way's take(), for kernels of this version. */
int multiboot_take(const struct next_kernel *, unsigned version, struct flat_kernel *,
                   struct log *);

/* The kernel's line, and module `index`'s. Return the offset. */
uint64_t multiboot_write_line(struct writer *, const struct told *);
uint64_t multiboot_write_module_line(struct writer *, const struct told *, size_t index);

/* KiB of RAM from 0 on, up to 640; and from 1 MiB on. */
uint32_t multiboot_lower(const struct memory *);
uint32_t multiboot_upper(const struct memory *);
