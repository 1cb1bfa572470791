/* SPDX-License-Identifier: BSD-2-Clause */
/* The first C code, and what it found. */
#pragma once

#include <stdint.h>

#include "hypervisor/xen-pv/paging.h"

/* What Xen gave us. */
extern start_info_t *start_info;

/* The page `pfn` of the initial mapping. */
void *initial_page(pfn_t pfn);
