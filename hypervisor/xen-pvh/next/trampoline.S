/* SPDX-License-Identifier: BSD-2-Clause */
/* The next kernel is entered as Xen's builder does it: 32 bits, no paging, flat segments; all that differs is in trampoline_state. */
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/next/trampoline.h"

#define CR0_ENTRY   0x11 /* protected mode, and a bit that is always set */
#define EFER        0xc0000080
#define FLAGS_ENTRY 2    /* a bit that is always set */

    .section .text.trampoline, "ax"
    .globl trampoline, trampoline_jump_end, trampoline_state, trampoline_gdt, trampoline_gdt_end, restore_fpu
    .balign 16
trampoline:
    mov %rdx, %rsp
    mov %rdi, %r8
    mov %rsi, %r9
1:  test %r9, %r9
    jz 4f
    mov STEP_TO(%r8), %rdi
    mov STEP_FROM(%r8), %rsi
    mov STEP_BYTES(%r8), %rcx
    shr $3, %rcx
    test %rsi, %rsi
    jz 2f
    rep movsq
    jmp 3f
2:  xor %eax, %eax
    rep stosq
3:  add $STEP_SIZE, %r8
    dec %r9
    jmp 1b

    /* The table's own address is one that is left behind: its copy here is at this code's. */
4:  lea trampoline_gdt(%rip), %rax
    push %rax
    pushw $trampoline_gdt_end - trampoline_gdt - 1
    lgdt (%rsp)
    lea 5f(%rip), %rax
    push $CODE32_SELECTOR
    push %rax
    lretq
    .code32
5:  lea trampoline_state - 5b(%eax), %ebp
    mov $DATA_SELECTOR, %eax
    .irp segment, ds, es, ss
    mov %eax, %\segment
    .endr
    xor %eax, %eax
    mov %eax, %fs
    mov %eax, %gs
    mov $CR0_ENTRY, %eax
    mov %eax, %cr0
    mov $EFER, %ecx
    xor %eax, %eax
    xor %edx, %edx
    wrmsr
    mov %eax, %cr3
    mov %eax, %cr4
    mov %eax, %cr2
    lgdt STATE_GDT(%ebp)
    lidt trampoline_nothing - trampoline_state(%ebp)
    push $FLAGS_ENTRY
    popf
    mov STATE_EAX(%ebp), %eax
    mov STATE_EBX(%ebp), %ebx
    mov STATE_ESI(%ebp), %esi
    .irp register, ecx, edx, edi, ebp, esp
    mov $0, %\register
    .endr
    .byte 0xe9 /* jmp, by a distance that is not known yet */
    .long 0
trampoline_jump_end:

    .balign 8
trampoline_gdt:
    .quad 0
    .quad 0x00af9b000000ffff /* CODE64_SELECTOR */
    .quad 0x00cf9b000000ffff /* CODE32_SELECTOR */
    .quad 0x00cf93000000ffff /* DATA_SELECTOR */
trampoline_gdt_end:
trampoline_state:
    .skip STATE_SIZE
trampoline_nothing: /* no descriptor table */
    .quad 0

    .code64
restore_fpu:
    fxrstor (%rdi)
    ret

    .section .note.GNU-stack, "", @progbits
