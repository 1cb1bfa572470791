/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux's bzImage ("The Linux/x86 Boot Protocol", Documentation/x86/boot.rst). Under Xen only its
 * payload counts, a packed ELF file:
 *
 *      0           497                   514      518       584              588
 *      | boot code | setup sectors | ... | "HdrS" | version | payload offset   | payload length |
 *      | --------- setup: (setup sectors + 1) * 512 bytes --------- | unpacker | payload | size |
 *
 * The payload's offset counts from the end of the setup; its length includes the unpacked size, the
 * last 4 bytes (gzip ends with them by itself).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

/* The part of a file that holds the kernel. */
struct payload {
    uint64_t offset, length; /* bytes in the file */
    size_t size;             /* unpacked, as the file says; 0: unknown */
    bool is_bzimage;
};

/*
 * Fills in `payload` if `file` is a bzImage, and leaves it as it is if it is not. Returns 0 or an
 * error (logged).
 */
int bzimage_find_payload(const struct source *file, struct payload *);
