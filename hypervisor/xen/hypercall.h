/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Hypercalls that read like calls, as all kinds of guests make them. Each goes through its 32-byte
 * slot of the hypercall page, which the kind of guest has (platform.h). They return 0 or a positive
 * value, or a negative Xen error (xen/errno.h).
 */
#pragma once

#include <stdint.h>

#include "hypervisor/xen/xen.h"

/* How often each was made, by its number. */
enum { HYPERCALL_KINDS = 64 };
extern uint32_t hypercall_counts[HYPERCALL_KINDS];

/* Xen may change every argument register. */
#define HYPERCALL(number, a, b, c, d)                                            \
    ({                                                                           \
        long result_;                                                            \
        hypercall_counts[number]++;                                              \
        uint64_t a_ = (uint64_t)(a), b_ = (uint64_t)(b), c_ = (uint64_t)(c);     \
        register uint64_t d_ __asm__("r10") = (uint64_t)(d);                     \
        __asm__ volatile("call hypercall_page + 32 * %c[slot]"                   \
                         : "=a"(result_), "+D"(a_), "+S"(b_), "+d"(c_), "+r"(d_) \
                         : [slot] "i"(number)                                    \
                         : "rcx", "r8", "r9", "r11", "memory");                  \
        result_;                                                                 \
    })

static inline long hypercall_sched_op(unsigned command, void *argument)
{
    return HYPERCALL(__HYPERVISOR_sched_op, command, argument, 0, 0);
}

static inline long hypercall_event_channel_op(unsigned command, void *argument)
{
    return HYPERCALL(__HYPERVISOR_event_channel_op, command, argument, 0, 0);
}

static inline long hypercall_grant_table_op(unsigned command, void *argument, unsigned count)
{
    return HYPERCALL(__HYPERVISOR_grant_table_op, command, argument, count, 0);
}
