/* SPDX-License-Identifier: BSD-2-Clause */
/* The headers of the Multiboot Specification: PROBE_MULTIBOOT is the version. */
    .section .multiboot, "a"
    .balign 8
multiboot_header:
#if PROBE_MULTIBOOT == 1
    /* The file is no ELF file: the header says where it goes. */
    .long 0x1badb002, 0x10003, -(0x1badb002 + 0x10003)
    .long multiboot_header, image_start, 0, image_end, _start
#else
    .long 0xe85250d6, 0, header_end - multiboot_header, -(0xe85250d6 + header_end - multiboot_header)
    .short 1, 0 /* information that must be there */
    .long 24, 1, 3, 6, 15
    .short 0, 0
    .long 8
header_end:
#endif

    .section .note.GNU-stack, "", @progbits
