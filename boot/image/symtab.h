/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The symbol table that BSD kernels find after themselves when their notes say BSD_SYMTAB, in the form that Xen's builder
 * (libelf of Xen 4.17) gives it: a small ELF file of its own, whose offsets count from its header.
 *
 *      end of the kernel, up to a multiple of 8
 *      0      4             68                     260   264       |          |
 *      | size | ELF header | sections 0, 1, 2 | pad | symbols | pad | strings |
 *               \________________ size bytes __________________________________/
 *
 * The ELF header is the kernel's, with three sections and without segments. Section 0 is zero, 1 are the symbols (of link 2),
 * 2 their strings.
 */
#pragma once

#include "boot/image/elf.h"

/*
 * Adds the symbol table, if the file has one, to the segments of `next`; there must be room for one more. Returns 0,
 * ERR_CORRUPT when the sections are not in the file, ERR_NO_MEMORY.
 */
int symtab_append(const struct elf *, struct arena *, struct next_kernel *);
