/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Xen enters a PV guest, and the ELF notes that tell it how. On entry rsi points to start_info, and nothing
 * else is set up (xen/arch-x86/xen-x86_64.h).
 */
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen/note.inc"
#include "lib/version.h"

    .section .note.Xen, "a", @note
    note XEN_ELFNOTE_XEN_VERSION,    .asciz "xen-3.0"
    note XEN_ELFNOTE_LOADER,         .asciz "generic"
    note XEN_ELFNOTE_GUEST_OS,       .asciz "pvboot"
    note XEN_ELFNOTE_GUEST_VERSION,  .asciz PVBOOT_VERSION
    note XEN_ELFNOTE_VIRT_BASE,      .quad IMAGE_BASE
    note XEN_ELFNOTE_PADDR_OFFSET,   .quad IMAGE_PADDR
    note XEN_ELFNOTE_ENTRY,          .quad image_start
    note XEN_ELFNOTE_HYPERCALL_PAGE, .quad hypercall_page
    note XEN_ELFNOTE_INIT_P2M,       .quad P2M_BASE
    note XEN_ELFNOTE_MOD_START_PFN,  .quad 1
    note XEN_ELFNOTE_PAE_MODE,       .asciz "yes"

    .section .text.entry, "ax"
    .globl _start
_start:
    cld
    lea stack_end(%rip), %rsp
    fxsave fpu_at_entry(%rip)
    xor %ebp, %ebp
    mov guest_program(%rip), %rdi
    call pv_start
    ud2 /* pv_start does not return */

    .section .note.GNU-stack, "", @progbits
