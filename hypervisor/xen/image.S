/* SPDX-License-Identifier: BSD-2-Clause */
/* What every kind of entry needs: the hypercall page, a stack of our own, and where the floating-point state is kept. */
#include "hypervisor/xen/image.h"

    .text
    .balign 4096
    .globl hypercall_page
hypercall_page:
    .skip 4096

    /* The page below the stack is taken away at start: running over it is a fault, not silence. */
    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl stack_guard, stack_end
stack_guard:
    .skip 4096
    .skip STACK_SIZE
stack_end:

    /* The floating-point and vector registers as the next guest must find them. */
    .globl fpu_at_entry
    .balign 16
fpu_at_entry:
    .skip 512

    .section .note.GNU-stack, "", @progbits
