/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Xen, or pvboot, enters the probe: the notes of each variant (the Makefile says which there are), and the
 * registers as they were found.
 */
#define __ASSEMBLY__
#include <xen/elfnote.h>

.macro note type, value:vararg
    .balign 4
    .long 2f - 1f, 4f - 3f, \type
1:  .asciz "Xen"
2:  .balign 4
3:  \value
4:  .balign 4
.endm

#ifdef PROBE_XEN_GUEST
    /* As NetBSD's kernels say it. Page 0x101 is the second one from PROBE_START on. */
    .section __xen_guest, "", @progbits
    .ascii "GUEST_OS=probe,GUEST_VER=1,XEN_VER=xen-3.0,LOADER=generic,VIRT_BASE=" PROBE_BASE_TEXT
    .ascii ",ELF_PADDR_OFFSET=" PROBE_BASE_TEXT ",VIRT_ENTRY=" PROBE_START_TEXT ",HYPERCALL_PAGE=0x101"
    .asciz ",BSD_SYMTAB=yes"
#else
    .section .note.Xen, "a", @note
    note XEN_ELFNOTE_XEN_VERSION,    .asciz "xen-3.0"
    note XEN_ELFNOTE_LOADER,         .asciz "generic"
    note XEN_ELFNOTE_GUEST_OS,       .asciz "probe"
    note XEN_ELFNOTE_FEATURES,       .asciz "!writable_page_tables|pae_pgdir_above_4gb"
    note XEN_ELFNOTE_VIRT_BASE,      .quad PROBE_BASE
    note XEN_ELFNOTE_PADDR_OFFSET,   .quad 0
    note XEN_ELFNOTE_ENTRY,          .quad _start
#ifndef PROBE_NO_HYPERCALL_PAGE
    note XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
#endif
#ifdef PROBE_INIT_P2M
    note XEN_ELFNOTE_INIT_P2M,       .quad PROBE_INIT_P2M
#endif
#ifdef PROBE_MOD_START_PFN
    note XEN_ELFNOTE_MOD_START_PFN,  .quad 1
#endif
#ifdef PROBE_BSD_SYMTAB
    note XEN_ELFNOTE_BSD_SYMTAB,     .asciz "yes"
#endif
#endif

    .section .text.entry, "ax"
    .globl _start
_start:
    mov %rax, registers_at_entry(%rip)
    mov %rbx, registers_at_entry + 8(%rip)
    mov %rcx, registers_at_entry + 16(%rip)
    mov %rdx, registers_at_entry + 24(%rip)
    mov %rsi, registers_at_entry + 32(%rip)
    mov %rdi, registers_at_entry + 40(%rip)
    mov %rbp, registers_at_entry + 48(%rip)
    mov %rsp, registers_at_entry + 56(%rip)
    mov %r8, registers_at_entry + 64(%rip)
    mov %r9, registers_at_entry + 72(%rip)
    mov %r10, registers_at_entry + 80(%rip)
    mov %r11, registers_at_entry + 88(%rip)
    mov %r12, registers_at_entry + 96(%rip)
    mov %r13, registers_at_entry + 104(%rip)
    mov %r14, registers_at_entry + 112(%rip)
    mov %r15, registers_at_entry + 120(%rip)
    lea stack_end(%rip), %rsp
    pushfq
    popq registers_at_entry + 128(%rip)
    mov %cs, registers_at_entry + 136(%rip)
    mov %ss, registers_at_entry + 144(%rip)
    mov %ds, registers_at_entry + 152(%rip)
    mov %es, registers_at_entry + 160(%rip)
    mov %fs, registers_at_entry + 168(%rip)
    mov %gs, registers_at_entry + 176(%rip)
    fxsave fpu_at_entry(%rip)
    xor %ebp, %ebp
    call probe_main
    ud2 /* probe_main does not return */

    /* Xen's and pvboot's hypercall page takes the place of this one, where the notes name it. */
    .balign 4096
    .globl hypercall_page
hypercall_page:
call = 0
.rept 64
    .balign 32
    push %rcx
    push %r11
    mov $call, %eax
    syscall
    pop %r11
    pop %rcx
    ret
call = call + 1
.endr
    .balign 4096

    /* All that the probe itself writes to: left out when it looks at the kernel's bytes. */
    .section .bss.entry, "aw", @nobits
    .globl registers_at_entry, fpu_at_entry
    .balign 16
fpu_at_entry:
    .skip 512
registers_at_entry:
    .skip 23 * 8
    .balign 16
    .skip 0x8000
stack_end:

    .section .note.GNU-stack, "", @progbits
