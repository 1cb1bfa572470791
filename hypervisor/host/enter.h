/* SPDX-License-Identifier: BSD-2-Clause */
/* The host process as a hypervisor: it enters no guest, but says what entering it would need. */
#pragma once

#include <stdint.h>

struct next_kernel;
struct log;

/*
 * Prints the guest's Xen notes and the memory that it needs, of a domain with `memory` bytes.
 * Returns 0, or the error (logged) with which Xen would refuse it.
 */
int host_enter(const struct next_kernel *, uint64_t memory, struct log *);
