/* SPDX-License-Identifier: BSD-2-Clause */
/* The hypercalls that only a PV guest makes, for what a processor would do for others. */
#pragma once

#include "hypervisor/xen-pv/paging.h"
#include "hypervisor/xen/hypercall.h"

static inline long hypercall_set_trap_table(const trap_info_t *table)
{
    return HYPERCALL(__HYPERVISOR_set_trap_table, table, 0, 0, 0);
}

static inline long hypercall_mmu_update(const mmu_update_t *updates, unsigned count)
{
    return HYPERCALL(__HYPERVISOR_mmu_update, updates, count, 0, DOMID_SELF);
}

static inline long hypercall_mmuext_op(const mmuext_op_t *operations, unsigned count)
{
    return HYPERCALL(__HYPERVISOR_mmuext_op, operations, count, 0, DOMID_SELF);
}

static inline long hypercall_update_va_mapping(const void *address, uint64_t entry)
{
    return HYPERCALL(__HYPERVISOR_update_va_mapping, address, entry, UVMF_INVLPG | UVMF_LOCAL, 0);
}

static inline long hypercall_set_segment_base(unsigned which, const void *base)
{
    return HYPERCALL(__HYPERVISOR_set_segment_base, which, base, 0, 0);
}

/* `info` is the frame of start_info, which whoever saves the domain asks for. */
static inline long hypercall_suspend(struct sched_shutdown *shutdown, mfn_t info)
{
    return HYPERCALL(__HYPERVISOR_sched_op, SCHEDOP_shutdown, shutdown, info, 0);
}

static inline long hypercall_stack_switch(unsigned selector, uint64_t stack)
{
    return HYPERCALL(__HYPERVISOR_stack_switch, selector, stack, 0, 0);
}
