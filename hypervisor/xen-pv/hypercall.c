/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/hypercall.h"

uint32_t hypercall_counts[HYPERCALL_KINDS];
