/* SPDX-License-Identifier: BSD-2-Clause */
/* A PVH guest's part of hypervisor/xen: Xen's pages are put into holes of the memory map, and taken out again. */
#pragma once

#include <stdbool.h>

#include "hypervisor/xen/platform.h"
#include "lib/memory.h"

extern const struct platform pvh_platform;

/*
 * Finds store and console, a hole for Xen's pages, and maps shared_info. Returns 0, or ERR_NOT_FOUND where there is no hole or Xen
 * refuses: then there is neither time nor console.
 */
int pvh_platform_start(const struct memory *);

/* Before the hand-over: Xen's pages are mapped nowhere, as at the start. */
void pvh_platform_stop(void);
