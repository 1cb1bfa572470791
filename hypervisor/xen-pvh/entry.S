/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where Xen enters a PVH guest: 32-bit code without paging, ebx points to hvm_start_info, nothing else is set up
 * (xen/arch-x86/hvm/start_info.h). A multiboot loader comes here, too, with its magic number in eax. The image lies at IMAGE_PADDR; the first tables map it, and the
 * first 4 GiB twice: as they are, and at DIRECT_BASE.
 */
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/multiboot.h"
#include "hypervisor/xen/note.inc"

#define PADDR(symbol) ((symbol) - IMAGE_BASE + IMAGE_PADDR)

#define PTE_TABLE 0x003 /* present, writable */
#define PTE_LARGE 0x083 /* ... a page of 2 MiB */
#define SLOT(address) ((((address) >> 39) & 511) * 8)

#define CR0_LONG  0x80010033 /* paging, write protection, FPU errors, monitored coprocessor, protected mode */
#define CR4_LONG  0x620      /* PAE, SSE with its exceptions */
#define EFER      0xc0000080
#define EFER_LONG 0x900      /* long mode, no-execute */
#define MXCSR     0x1f80     /* all SIMD exceptions masked */

    .section .note.Xen, "a", @note
    note XEN_ELFNOTE_PHYS32_ENTRY, .long PADDR(pvh_entry)

    /* In the file's first 8 KiB. */
    .section .text.multiboot, "a"
    .balign 4
multiboot_header:
    .long MULTIBOOT_HEADER_MAGIC, MULTIBOOT_HEADER_FLAGS, -(MULTIBOOT_HEADER_MAGIC + MULTIBOOT_HEADER_FLAGS)
    .long PADDR(multiboot_header), PADDR(image_start), PADDR(loaded_end), PADDR(image_end), PADDR(pvh_entry)

    .section .text.pvh_entry, "ax"
    .code32
pvh_entry:
    cld
    mov %eax, %ebp
    mov $PADDR(first_l2), %edi
    mov $PTE_LARGE, %eax
1:  mov %eax, (%edi)
    add $LARGE_PAGE, %eax
    add $8, %edi
    cmp $PADDR(first_l2) + 4 * 4096, %edi
    jne 1b
    .irp gigabyte, 0, 1, 2, 3
    movl $PADDR(first_l2) + \gigabyte * 4096 + PTE_TABLE, PADDR(first_l3) + \gigabyte * 8
    .endr
    movl $IMAGE_PADDR + PTE_LARGE, PADDR(image_l2)
    movl $PADDR(image_l2) + PTE_TABLE, PADDR(image_l3)
    movl $PADDR(first_l3) + PTE_TABLE, PADDR(first_l4)
    movl $PADDR(first_l3) + PTE_TABLE, PADDR(first_l4) + SLOT(DIRECT_BASE)
    movl $PADDR(image_l3) + PTE_TABLE, PADDR(first_l4) + SLOT(IMAGE_BASE)

    mov $CR4_LONG, %eax
    mov %eax, %cr4
    mov $PADDR(first_l4), %eax
    mov %eax, %cr3
    mov $EFER, %ecx
    mov $EFER_LONG, %eax
    xor %edx, %edx
    wrmsr
    mov $CR0_LONG, %eax
    mov %eax, %cr0
    lgdt PADDR(first_gdt_pointer)
    ljmp $CODE64_SELECTOR, $PADDR(1f)
    .code64
1:  movabs $2f, %rax
    jmp *%rax
2:  lgdt gdt_pointer(%rip)
    mov $DATA_SELECTOR, %eax
    .irp segment, ds, es, ss, fs, gs
    mov %eax, %\segment
    .endr
    lea stack_end(%rip), %rsp
    fxsave fpu_at_entry(%rip)
    fninit
    push $MXCSR
    ldmxcsr (%rsp)
    pop %rax
    mov guest_program(%rip), %rdi
    mov %ebp, %esi
    mov %ebx, %edx
    xor %ebp, %ebp
    call pvh_start
    ud2 /* pvh_start does not return */

    /*
     * void relocate_image(void *to, size_t size, uint64_t l4): copies the image, stack and all, and goes on in the copy, which
     * these tables map where the image was.
     */
    .globl relocate_image
relocate_image:
    mov %rsi, %rcx
    lea image_start(%rip), %rsi
    rep movsb
    mov %rdx, %cr3
    ret

    .section .rodata.gdt, "a"
    .globl gdt
    .balign 8
gdt:
    .quad 0
    .quad 0x00af9b000000ffff /* CODE64_SELECTOR */
    .quad 0x00cf9b000000ffff /* CODE32_SELECTOR */
    .quad 0x00cf93000000ffff /* DATA_SELECTOR */
gdt_end:
first_gdt_pointer:
    .word gdt_end - gdt - 1
    .long PADDR(gdt)
gdt_pointer:
    .word gdt_end - gdt - 1
    .quad gdt

    .section .bss.first_tables, "aw", @nobits
    .balign 4096
first_l4:
    .skip 4096
first_l3:
    .skip 4096
image_l3:
    .skip 4096
image_l2:
    .skip 4096
first_l2:
    .skip 4 * 4096

    .section .note.GNU-stack, "", @progbits
