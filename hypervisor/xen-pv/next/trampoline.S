/* SPDX-License-Identifier: BSD-2-Clause */
#define __ASSEMBLY__
#include "hypervisor/xen-pv/next/trampoline.h"

#define MMUEXT_OP      26     /* __HYPERVISOR_mmuext_op, xen/xen.h */
#define OPERATION_COUNT 2
#define THIS_DOMAIN    0x7ff0 /* DOMID_SELF */

    .section .rodata.trampoline, "a"
    .globl trampoline_start, trampoline_end
    .balign 16
trampoline_start:
    .skip TRAMPOLINE_CODE
    /* Xen may interrupt and restart this call: arguments and code are readable before and after. */
    lea trampoline_start + TRAMPOLINE_OPERATIONS(%rip), %rdi
    mov $OPERATION_COUNT, %esi
    xor %edx, %edx
    mov $THIS_DOMAIN, %r10d
    mov $MMUEXT_OP, %eax
    syscall
    test %eax, %eax
    jz 1f
    ud2 /* neither world is whole: the domain crashes here */
1:  mov trampoline_start + TRAMPOLINE_STACK(%rip), %rsp
    mov trampoline_start + TRAMPOLINE_START_INFO(%rip), %rsi
    .irp register, ebx, ecx, edx, edi, ebp, r8d, r9d, r10d, r11d, r12d, r13d, r14d, r15d
    xor %\register, %\register
    .endr
    /* All flags but IF clear: the result is neither zero nor negative, and of odd parity. */
    or $1, %eax
    mov $0, %eax
    jmp *trampoline_start + TRAMPOLINE_ENTRY(%rip)
trampoline_end:

    /* _Noreturn void trampoline_leave(const void *fpu_state, uint64_t address of the page) */
    .section .text.trampoline_leave, "ax"
    .globl trampoline_leave
trampoline_leave:
    fxrstor (%rdi)
    add $TRAMPOLINE_CODE, %rsi
    jmp *%rsi

    .section .note.GNU-stack, "", @progbits
