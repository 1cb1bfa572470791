/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions. Xen pushes what the processor would (ss, rsp, rflags, cs, rip, for some vectors an error
 * code), then r11 and rcx. Each stub makes that one shape, struct exception_frame of hypervisor/xen/exceptions.h:
 *
 *      rcx r11 [error] rip cs rflags rsp ss  ->  r15 ... rdi vector error rip cs rflags rsp ss
 */
    .text
    .globl trap_stubs
    .balign 16
trap_stubs:
vector = 0
.rept 20 /* EXCEPTION_VECTORS */
    .balign 16
    pop %rcx
    pop %r11
    .if (vector != 8) && (vector < 10 || vector > 14) && (vector != 17)
    push $0 /* these vectors have no error code */
    .endif
    push $vector
    jmp trap_common
vector = vector + 1
.endr

trap_common:
    .irp register, rdi, rsi, rdx, rcx, rax, r8, r9, r10, r11, rbx, rbp, r12, r13, r14, r15
    push %\register
    .endr
    mov %rsp, %rdi
    and $-16, %rsp
    call trap_report
    ud2 /* trap_report does not return */

    .section .note.GNU-stack, "", @progbits
