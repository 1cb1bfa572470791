/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/hypercall.h"

uint32_t hypercall_counts[HYPERCALL_KINDS];
