/* SPDX-License-Identifier: BSD-2-Clause */
/* The page that tells a PV kernel what it has (xen/xen.h). */
#pragma once

#include "hypervisor/xen-pv/guest/layout.h"
#include "hypervisor/xen-pv/xen.h"

struct guest;

/* Fills `info`, a cleared page, as Xen's builder would: `ours` is what it gave us. */
void start_info_fill(start_info_t *info, const start_info_t *ours, const struct guest *,
                     const struct layout *);
