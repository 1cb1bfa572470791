/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader's first C code, and what it found. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hypervisor/xen/xen.h"

/* What Xen gave us. */
extern start_info_t *start_info;
extern shared_info_t *shared_info;

/* Nanoseconds of Xen's time: when the loader's first instructions ran. */
extern uint64_t start_time;

/* The linker's note (link.ld): no other build's file has the same bytes. */
enum { BUILD_ID_SIZE = 36 };
extern const uint8_t build_id[BUILD_ID_SIZE];

/* The page `pfn` of the initial mapping, or NULL where it is not in there. */
void *initial_page(pfn_t pfn);

/* The program above the hypervisor (loader/main.c); it does not return. */
_Noreturn void loader_main(void);

/* Ends the domain's run; `reason` is one of SHUTDOWN_* (xen/sched.h). */
_Noreturn void domain_shutdown(unsigned reason);
