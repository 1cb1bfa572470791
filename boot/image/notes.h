/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel says to Xen about itself, in ELF notes or as the older text. */
#pragma once

#include <stdbool.h>

#include "boot/image/elf.h"

/*
 * Reads it into `xen`, `pv` and `pvh`. *bsd_symtab: the kernel wants its symbol table after itself.
 * Returns 0, also when it says nothing, or ERR_CORRUPT (logged).
 */
int notes_read(const struct elf *, struct next_kernel *, bool *bsd_symtab);
