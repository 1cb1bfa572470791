/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions as the processor takes them. Each stub makes of it struct exception_frame (hypervisor/xen/exceptions.h). */
    .text
    .globl exception_stubs
    .balign 16
exception_stubs:
vector = 0
.rept 20 /* EXCEPTION_VECTORS */
    .balign 16
    .if (vector != 8) && (vector < 10 || vector > 14) && (vector != 17)
    push $0 /* these vectors have no error code */
    .endif
    push $vector
    jmp exception_common
vector = vector + 1
.endr

exception_common:
    .irp register, rdi, rsi, rdx, rcx, rax, r8, r9, r10, r11, rbx, rbp, r12, r13, r14, r15
    push %\register
    .endr
    mov %rsp, %rdi
    and $-16, %rsp
    call exception_report
    ud2 /* exception_report does not return */

    .section .note.GNU-stack, "", @progbits
