/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways to start a kernel in a PVH domain. All of them enter 32-bit code without paging. They differ in what of the file
 * goes where, in what the kernel is told, and in the register that points to it:
 *
 *      way_pvh.c          an ELF file with a PVH entry, as Xen's builder starts it      ebx: hvm_start_info
 *      way_linux.c        a bzImage as it is, by Linux's boot protocol                  esi: boot_params
 *      way_multiboot.c    \ a file with a header of the Multiboot Specification,     eax: a number that says which
 *      way_multiboot2.c   /  version 0.6.96 or 2.0                                   ebx: what it is told
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct flat_kernel;
struct layout_module;
struct log;
struct next_kernel;
struct pvh_start;
struct writer;

/* What there is to tell a kernel. */
struct told {
    const struct next_kernel *next;
    const struct pvh_start *start;
    const struct layout_module *modules; /* an initrd is one, too */
    size_t module_count;
    uint64_t kernel_start; /* physical address of its first byte */
    uint64_t address;      /* of what it is told */
};

/* What a kernel finds in its registers; all others are 0. */
struct entry_registers {
    uint32_t eax, ebx, esi;
    bool has_gdt; /* CODE32_SELECTOR and DATA_SELECTOR still have their descriptors */
};

struct way {
    const char *name; /* for people */

    /*
     * Fills in where the kernel is to go. Returns 0; ERR_NOT_FOUND: it has no such way; or why it cannot be started by
     * it (logged).
     */
    int (*take)(const struct next_kernel *, struct flat_kernel *, struct log *);

    /* Writes what it is told. Of what is only counted, no address is known yet. */
    void (*write)(struct writer *, const struct told *);

    struct entry_registers (*registers)(uint32_t address);
};

extern const struct way way_pvh, way_linux, way_multiboot, way_multiboot2;

/*
 * Finds the first way, in the order above, by which the kernel can be started. Returns NULL where it has none (*error is ERR_NOT_FOUND, and nothing is
 * logged), or where it has some, and none is right: *error is the first one's, and logged.
 */
const struct way *way_find(const struct next_kernel *, struct flat_kernel *, struct log *,
                           int *error);

/* Bytes of what a kernel is told. */
uint64_t way_size(const struct way *, const struct told *);

/* Fills these bytes, so many, which are cleared and will lie at told->address. */
void way_fill(const struct way *, uint8_t *bytes, const struct told *);

/* Module `index`, whose place may be unknown. */
struct layout_module told_module(const struct told *, size_t index);
