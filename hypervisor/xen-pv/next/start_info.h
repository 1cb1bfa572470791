/* SPDX-License-Identifier: BSD-2-Clause */
/* The page that tells a PV kernel what it has (xen/xen.h). */
#pragma once

#include "hypervisor/xen-pv/next/layout.h"
#include "hypervisor/xen/xen.h"

struct next_kernel;

/* Fills `info`, a cleared page, as Xen's builder would: `ours` is what it gave us. */
void start_info_fill(start_info_t *info, const start_info_t *ours, const struct next_kernel *,
                     const struct layout *);
