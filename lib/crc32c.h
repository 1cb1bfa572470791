/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32C (Castagnoli): the polynomial 0x1EDC6F41, reflected; what ext4 and its journal sum with.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * The sum of more bytes, begun with that of those before them; ~0 for none. It is not inverted at
 * the end.
 */
uint32_t crc32c(uint32_t sum, const void *bytes, size_t length);
