/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel says to Xen about itself, in ELF notes or as the older text. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "boot/image/elf.h"

enum { NOTE_TEXT_SIZE = 256 };

struct notes {
    bool found; /* there is any Xen information at all */
    bool has_pvh_entry;
    bool has_entry, has_hypercall_page, has_init_p2m;
    bool mod_start_pfn;
    bool bsd_symtab; /* the kernel wants its symbol table after itself */
    uint64_t entry, virt_base, paddr_offset, hypercall_page, init_p2m;
    char guest_os[NOTE_TEXT_SIZE], xen_version[NOTE_TEXT_SIZE], loader[NOTE_TEXT_SIZE],
        features[NOTE_TEXT_SIZE];
};

/* Reads them. Returns 0, also when there are none, or ERR_CORRUPT (logged). */
int notes_read(const struct elf *, struct notes *);
