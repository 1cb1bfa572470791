/* SPDX-License-Identifier: BSD-2-Clause */
/* The host process as a hypervisor: it enters no guest, but says what entering it would need. */
#pragma once

struct arena;
struct log;
struct memory;
struct next_kernel;

/*
 * Prints the kernel's Xen notes and the memory that it needs as a PV guest with this memory. What the
 * loader makes beside the loaded files must fit into `arena`, where they are. Returns 0, or the error
 * (logged) with which the loader would refuse it.
 */
int host_enter(const struct next_kernel *, const struct memory *, struct arena *, struct log *);
