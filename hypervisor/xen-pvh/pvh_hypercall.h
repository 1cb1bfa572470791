/* SPDX-License-Identifier: BSD-2-Clause */
/* The hypercalls that only a guest with physical memory of its own makes. */
#pragma once

#include <stdbool.h>
#include <xen/hvm/hvm_op.h>
#include <xen/hvm/params.h>
#include <xen/memory.h>

#include "hypervisor/xen/hypercall.h"

/*
 * Finds Xen, and has it fill the hypercall page, which begins at this physical address, or, where it fills none, does so
 * itself. As long as the page can be written to. False: there is no Xen underneath.
 */
bool hypercalls_start(uint64_t page);

/* Fills the hypercall page with the processor's own instruction. */
void hypercalls_by_instruction(void);

static inline long hypercall_memory_op(unsigned command, void *argument)
{
    return HYPERCALL(__HYPERVISOR_memory_op, command, argument, 0, 0);
}

static inline long hypercall_hvm_op(unsigned command, void *argument)
{
    return HYPERCALL(__HYPERVISOR_hvm_op, command, argument, 0, 0);
}
