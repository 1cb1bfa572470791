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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "boot/plan.h"

struct machine;
struct source;

struct module {
    const struct source *source;
    const char *path, *arguments;
    bool unpack;          /* if it is packed with gzip */
    const uint8_t *bytes; /* unpacked already, `size` bytes; NULL: still in the source */
    uint64_t size;
};

struct modules {
    struct module modules[PLAN_MODULES];
    size_t count;
    uint8_t *package; /* filled in, pages of the machine's arena */
    uint64_t size;
};

/*
 * Reads the modules into a package. Returns 0, ERR_TOO_LARGE when it is larger than the domain or than 4 GiB, ERR_NO_MEMORY, or an
 * error of reading or unpacking; all logged.
 */
int modules_load(struct modules *, const struct machine *, bool verbose, struct log *);
