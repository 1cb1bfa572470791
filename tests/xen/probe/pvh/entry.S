/* SPDX-License-Identifier: BSD-2-Clause */
/* Where Xen, or pvboot, enters the PVH probe: the registers as they were found, then long mode over the first 4 GiB. */
#include "hypervisor/xen/note.inc"

#define EFER 0xc0000080

#ifndef PROBE_MULTIBOOT
    .section .note.Xen, "a", @note
    note XEN_ELFNOTE_PHYS32_ENTRY, .long _start
#ifdef PROBE_BSD_SYMTAB
    note XEN_ELFNOTE_GUEST_OS, .asciz "tester" /* as long as NetBSD's name, for tests/xen/test_netbsd.py */
    note XEN_ELFNOTE_BSD_SYMTAB, .asciz "yes"
#endif
#endif

    .section .text.entry, "ax"
    .code32
    .globl _start
_start:
    .set slot, 0
    .irp register, eax, ebx, ecx, edx, esi, edi, ebp, esp
    mov %\register, registers_at_entry + slot
    .set slot, slot + 4
    .endr
    mov $stack_end, %esp
    pushf
    pop %eax
    mov %eax, registers_at_entry + slot
    .set slot, slot + 4
    .irp register, cr0, cr2, cr3, cr4, db7
    mov %\register, %eax
    mov %eax, registers_at_entry + slot
    .set slot, slot + 4
    .endr
    mov $EFER, %ecx
    rdmsr
    mov %eax, registers_at_entry + slot
    .set slot, slot + 4
    .irp register, cs, ds, es, ss, fs, gs
    mov %\register, %eax
    mov %eax, registers_at_entry + slot
    .set slot, slot + 4
    .endr
    xor %eax, %eax
    str %ax
    mov %eax, registers_at_entry + slot
    .set slot, slot + 4
    sldt %ax
    mov %eax, registers_at_entry + slot
    sgdt gdt_at_entry
    sidt idt_at_entry

    mov $l2, %edi
    mov $0x83, %eax
1:  mov %eax, (%edi)
    add $0x200000, %eax
    add $8, %edi
    cmp $l2 + 4 * 4096, %edi
    jne 1b
    .irp gigabyte, 0, 1, 2, 3
    movl $l2 + \gigabyte * 4096 + 3, l3 + \gigabyte * 8
    .endr
    movl $l3 + 3, l4
    mov $0x620, %eax
    mov %eax, %cr4
    mov $l4, %eax
    mov %eax, %cr3
    mov $EFER, %ecx
    mov $0x100, %eax
    xor %edx, %edx
    wrmsr
    mov $0x80010033, %eax
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $8, $1f
    .code64
1:  mov $16, %eax
    .irp segment, ds, es, ss, fs, gs
    mov %eax, %\segment
    .endr
    mov $stack_end, %esp
    fxsave fpu_at_entry(%rip)
    fninit
    xor %ebp, %ebp
    call probe_main
    ud2 /* probe_main does not return */

    .balign 4096
    .globl hypercall_page
hypercall_page:
    .skip 4096

    .section .rodata.gdt, "a"
    .balign 8
gdt:
    .quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff
gdt_pointer:
    .word gdt_pointer - gdt - 1
    .long gdt

    .section .bss.entry, "aw", @nobits
    .globl registers_at_entry, gdt_at_entry, idt_at_entry, fpu_at_entry
    .balign 4096
l4:
    .skip 4096
l3:
    .skip 4096
l2:
    .skip 4 * 4096
fpu_at_entry:
    .skip 512
registers_at_entry:
    .skip 23 * 4
gdt_at_entry:
    .skip 6
idt_at_entry:
    .skip 6
    .balign 16
    .skip 0x8000
stack_end:

    .section .note.GNU-stack, "", @progbits
