/* SPDX-License-Identifier: BSD-2-Clause */
/* The host process as a hypervisor: it enters no guest, but says what entering it would need. */
#pragma once

#include <stdint.h>

struct arena;
struct log;
struct memory;
struct next_kernel;

/*
 * Would the loader enter this kernel as a PV guest with this memory? *pages becomes what it needs. What the
 * loader makes beside the loaded files must fit into `arena`, where they are. Returns 0, or the error
 * (logged) with which the loader would refuse it.
 */
int host_check(const struct next_kernel *, const struct memory *, struct arena *, uint64_t *pages,
               struct log *);

/* The same, and prints the kernel's Xen notes and the memory that it needs. */
int host_enter(const struct next_kernel *, const struct memory *, struct arena *, struct log *);
