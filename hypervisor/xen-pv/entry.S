/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Xen enters: the ELF notes that tell it how, the hypercall page that it fills, a stack of our
 * own. On entry rsi points to start_info, and nothing else is set up (xen/arch-x86/xen-x86_64.h); rdi
 * has been set by the image's first instructions to what is to be called in the end (start_main).
 */
#define __ASSEMBLY__
#include <xen/elfnote.h>

#include "hypervisor/xen-pv/memory_map.h"

.macro note type, value:vararg
    .balign 4
    .long 2f - 1f, 4f - 3f, \type
1:  .asciz "Xen"
2:  .balign 4
3:  \value
4:  .balign 4
.endm

    .section .note.Xen, "a", @note
    note XEN_ELFNOTE_XEN_VERSION,    .asciz "xen-3.0"
    note XEN_ELFNOTE_LOADER,         .asciz "generic"
    note XEN_ELFNOTE_GUEST_OS,       .asciz "pvboot"
    note XEN_ELFNOTE_GUEST_VERSION,  .asciz "1"
    note XEN_ELFNOTE_VIRT_BASE,      .quad IMAGE_BASE
    note XEN_ELFNOTE_PADDR_OFFSET,   .quad 0
    note XEN_ELFNOTE_ENTRY,          .quad image_start
    note XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
    note XEN_ELFNOTE_INIT_P2M,       .quad P2M_BASE
    note XEN_ELFNOTE_MOD_START_PFN,  .quad 1
    note XEN_ELFNOTE_PAE_MODE,       .asciz "yes"

    .section .text.xen_entry, "ax"
    .globl xen_entry
xen_entry:
    cld
    lea stack_end(%rip), %rsp
    fxsave fpu_at_entry(%rip)
    xor %ebp, %ebp
    call xen_start
    ud2 /* xen_start does not return */

    .balign 4096
    .globl hypercall_page
hypercall_page:
    .skip 4096

    /* The page below the stack is taken away at start: running over it is a fault, not silence. */
    .section .bss.stack, "aw", @nobits
    .balign 4096
    .globl stack_guard
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
