/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several modules in the place of one initrd, packed as Xen's public header xen.h says at SIF_MULTIBOOT_MOD, and laid out as pv-grub
 * did it. Every piece begins at a page; addresses count from the package's first byte:
 *
 *      0                                     4096
 *      | descriptor | descriptor | ... | 0 | | module | its command line | module | its command line | ...
 *
 *      descriptor, 4-byte numbers:  | first byte | last byte | command line | 0 |
 *
 * The descriptor of first byte 0 is the end. A command line begins with the module's path.
 */
#pragma once

#include <stdint.h>

struct kernel_module;
struct next_kernel;

/* Bytes of the package, whole pages; 0: there are no modules. UINT64_MAX: more than any memory. */
uint64_t modules_size(const struct next_kernel *);

/* Where a module's pieces lie, when the ones before it end at `start`. */
struct module_place {
    uint64_t start, command_line, end;
};
struct module_place modules_place(const struct kernel_module *, uint64_t start);

/* Fills in descriptor `index` of the package's first page, which is a cleared one. */
void modules_describe(uint8_t *page, unsigned index, const struct kernel_module *,
                      const struct module_place *);
