/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linux's bzImage ("The Linux/x86 Boot Protocol", Documentation/arch/x86/boot.rst). Under Xen its
 * payload counts, a packed ELF file; where that cannot be entered, the whole may be, which unpacks it:
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

struct next_kernel;
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

/* Fills in next->bzimage of a bzImage, all of which is at `bytes`: how it starts as it is, unjudged. */
void bzimage_take_code(const struct source *file, const uint8_t *bytes, struct next_kernel *);
