/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract between boot/, which knows kernel files, and a hypervisor, which knows how to turn
 * them into a running guest.
 *
 *      file on a disk -> bytes in the arena's pages -> struct next_kernel -> machine->enter() -> the next kernel
 *
 * Here stands what the file says, for every way to start it, unjudged: which way it is, and whether
 * there is one, the machine decides.
 *
 * Bytes are read and unpacked into pages of the arena. Under Xen a PV guest's physical memory is only
 * a numbering of frames: a page of the arena that holds exactly what page N of the next guest must
 * hold becomes page N. Nothing is copied but the pages that are shared between two pieces.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the kernel: `file_size` bytes at `bytes`, then zeros up to `memory_size`. */
struct kernel_segment {
    uint64_t paddr; /* as the file says; paddr + memory_size does not overflow */
    uint64_t memory_size;
    const uint8_t *bytes; /* in the arena */
    uint64_t file_size;   /* at most memory_size */
};

/* A file that goes with the kernel. */
struct kernel_module {
    const uint8_t *bytes; /* page-aligned, in the arena */
    uint64_t size;
    const char *command_line; /* its path, and what follows it */
    const char *arguments;    /* what follows it */
};

enum {
    COMMAND_LINE_SIZE = 1024, /* bytes, the NUL included */
    XEN_TEXT_SIZE = 256,
};

/*
 * What the kernel says to Xen about itself, in ELF notes (Xen's public header elfnote.h) or as the
 * older __xen_guest. Texts that are not there are "".
 */
struct kernel_xen {
    bool found;                   /* it says anything at all */
    char guest_os[XEN_TEXT_SIZE]; /* as the kernel calls itself: "linux", "NetBSD" */
    char xen_version[XEN_TEXT_SIZE];
    char loader[XEN_TEXT_SIZE];
    char features[XEN_TEXT_SIZE];
};

/* How it starts as a PV guest of Xen. */
struct kernel_pv {
    bool has_entry;          /* it names one; otherwise `entry` is the ELF file's */
    uint64_t entry;          /* virtual address */
    uint64_t virt_base;      /* the virtual address of guest-physical 0 */
    uint64_t paddr_offset;   /* what the segments' addresses have too much */
    uint64_t hypercall_page; /* virtual address, if has_hypercall_page */
    uint64_t init_p2m;       /* virtual address for the p2m, if has_init_p2m */
    bool has_hypercall_page;
    bool has_init_p2m;
    bool mod_start_pfn; /* the initrd need not be mapped: the kernel takes it by its page number */
};

/* How it starts as a PVH guest, if has_entry. */
struct kernel_pvh {
    bool has_entry;
    uint32_t entry; /* physical address of 32-bit code */
    bool can_move;  /* as a whole, in steps of `alignment`: first and last byte within the others */
    uint32_t alignment, minimum, maximum;
};

/* How a bzImage starts by Linux's boot protocol, if it has code: as it is, and then it unpacks itself. */
struct kernel_bzimage {
    struct kernel_segment code; /* with the memory in which it unpacks itself, be it too little */
    bool can_move;              /* upward, to a multiple of `alignment` */
    uint32_t alignment;
    unsigned version;      /* of the protocol: 0x20f is 2.15 */
    const uint8_t *header; /* the setup header: the file's bytes from 0x1F1 on */
    size_t header_size;
    uint64_t initrd_end;        /* an initrd must end here at the latest */
    uint32_t command_line_size; /* characters of the longest one */
};

/* Information that a multiboot kernel may insist on, as version 2 numbers it. */
enum {
    MULTIBOOT_SCREEN = 8,
    MULTIBOOT_EFI_SERVICES = 18,
};

/* How it starts by the Multiboot Specification, if there is a version (1 or 2). */
struct kernel_multiboot {
    unsigned version;
    bool has_addresses;          /* its header says what goes where; otherwise the ELF file does */
    struct kernel_segment image; /* if has_addresses; no bytes: they cannot be right */
    bool has_entry;              /* its header names one; otherwise it is the ELF file's */
    uint32_t entry;              /* physical address of 32-bit code */
    bool can_move;               /* as a PVH kernel */
    uint32_t alignment, minimum, maximum;
    uint32_t needs;   /* a bit for each kind of information that it insists on */
    uint32_t unknown; /* flags or number of what it insists on and nobody knows; 0: nothing */
    const char *path; /* begins its command lines, as with GRUB legacy; NULL: they are arguments */
};

struct next_kernel {
    const char *name; /* the file's, with its device: for messages */
    bool is_32_bit;
    struct kernel_xen xen;
    struct kernel_pv pv;
    struct kernel_pvh pvh;
    struct kernel_bzimage bzimage; /* looked for where its ELF file names no entry for PVH */
    struct kernel_multiboot multiboot;

    /* Of the ELF file, unpacked, if there is one. */
    const uint8_t *image;            /* all of it; the segments lie in it */
    uint64_t image_size;             /* bytes */
    uint64_t entry_paddr;            /* its entry, where its segments put it */
    struct kernel_segment *segments; /* in ascending paddr order, not overlapping */
    size_t segment_count;

    const uint8_t *initrd;               /* page-aligned, in the arena; NULL when there is none */
    uint64_t initrd_size;                /* bytes */
    const struct kernel_module *modules; /* instead of an initrd: there is never both */
    size_t module_count;
    const char *command_line; /* shorter than COMMAND_LINE_SIZE */
};
