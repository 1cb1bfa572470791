/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract between boot/, which knows kernel files, and a hypervisor, which knows how to turn
 * them into a running guest.
 *
 *      file on a disk -> bytes in the arena's pages -> struct next_kernel -> machine->enter() -> the next
 * kernel
 *
 * Bytes are read and unpacked into pages of the arena. Under Xen a guest's physical memory is only
 * a numbering of frames: a page of the arena that holds exactly what page N of the next guest must
 * hold becomes page N. Nothing is copied but the pages that are shared between two pieces.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of the kernel: `file_size` bytes at `bytes`, then zeros up to `memory_size`. */
struct kernel_segment {
    uint64_t paddr; /* guest-physical address: bytes from the start of the guest's memory */
    uint64_t memory_size;
    const uint8_t *bytes; /* in the arena */
    uint64_t file_size;   /* at most memory_size */
};

enum {
    COMMAND_LINE_SIZE = 1024, /* bytes, the NUL included */
    KERNEL_OS_SIZE = 16,
};

struct next_kernel {
    char
        os[KERNEL_OS_SIZE]; /* as the kernel calls itself: "linux", "NetBSD"; "" when it does not */

    /* What the kernel's Xen notes say (Xen's public header elfnote.h). */
    uint64_t virt_base;      /* the virtual address of guest-physical 0 */
    uint64_t entry;          /* virtual address */
    uint64_t hypercall_page; /* virtual address, if has_hypercall_page */
    uint64_t init_p2m;       /* virtual address for the p2m, if has_init_p2m */
    bool has_hypercall_page;
    bool has_init_p2m;
    bool mod_start_pfn; /* the initrd need not be mapped: the kernel takes it by its page number */

    struct kernel_segment *segments; /* in ascending paddr order, not overlapping */
    size_t segment_count;

    const uint8_t *initrd;    /* page-aligned, in the arena; NULL when there is none */
    uint64_t initrd_size;     /* bytes */
    bool has_modules;         /* the initrd is a package of multiboot modules (xen/xen.h) */
    const char *command_line; /* shorter than COMMAND_LINE_SIZE */
};
