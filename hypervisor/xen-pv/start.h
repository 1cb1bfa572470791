/* SPDX-License-Identifier: BSD-2-Clause */
/* The first C code, and what it found. */
#pragma once

#include <stdint.h>

#include "hypervisor/xen-pv/paging.h"

/* What Xen gave us. */
extern start_info_t *start_info;

/* Nanoseconds of Xen's time: when the loader's first instructions ran. */
extern uint64_t start_time;

/* The linker's note (link.ld): no other build's file has the same bytes. */
enum { BUILD_ID_SIZE = 36 };
extern const uint8_t build_id[BUILD_ID_SIZE];

/* The page `pfn` of the initial mapping. */
void *initial_page(pfn_t pfn);

/* The program above: what is called once all is set up. It does not return. */
typedef void start_main(void);
