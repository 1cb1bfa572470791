/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file's first instruction. The program is above the hypervisor's part, which calls nothing of it
 * by name: it is given what to call.
 */
    .section .text.entry, "ax"
    .globl _start
_start:
    lea loader_main(%rip), %rdi
    jmp xen_entry

    .section .note.GNU-stack, "", @progbits
