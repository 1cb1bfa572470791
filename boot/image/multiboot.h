/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The headers by which a kernel says that it starts by the Multiboot Specification, 0.6.96 or 2.0. Version 1, at a multiple of 4 in the
 * first 8 KiB of the file; the addresses count if bit 16 of the flags is set:
 *
 *      0       4       8          12       16     20         24        28
 *      | magic | flags | checksum | header | load | load end | bss end | entry |
 *
 * Version 2, at a multiple of 8 in the first 32 KiB; tags begin at multiples of 8:
 *
 *      0       4              8        12         16                             0      2       4      8
 *      | magic | architecture | length | checksum | tag | tag | ... | tag 0 |    | type | flags | size | ... |
 *
 * The numbers before and in a checksum add up to 0. "header" is where the header itself is to be: so the file's bytes have addresses.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kernel_multiboot;

/*
 * Looks for a header in the `size` bytes of a file, and fills in what it says, unjudged; `version` is what counts where there are
 * both (0: either). Without any, all is 0.
 */
void multiboot_find(const uint8_t *bytes, size_t size, unsigned version, struct kernel_multiboot *);
