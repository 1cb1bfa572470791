/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The program is above the hypervisor's part, which calls nothing of it by name: here is what it is to
 * call (guest_main) in the end.
 */
    .section .rodata.guest_program, "a"
    .globl guest_program
    .balign 8
guest_program:
    .quad loader_main

    .section .note.GNU-stack, "", @progbits
