/* SPDX-License-Identifier: BSD-2-Clause */
/* Xen's block interface, whose ring macros want the memory barriers of whoever uses them. */
#pragma once

#include "hypervisor/xen/xen.h"

#define xen_mb()  __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define xen_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define xen_wmb() __atomic_thread_fence(__ATOMIC_RELEASE)

#include <xen/io/blkif.h>
