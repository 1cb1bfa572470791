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

typedef uint32_t crc32c_function(uint32_t sum, const void *bytes, size_t length);

/*
 * The same by the processor's own instruction, ten times as fast, where that is there and faster (in an
 * emulated processor it is not); else crc32c itself. To be asked once: in a guest the question can take
 * as long as the sum of a block.
 */
crc32c_function *crc32c_fastest(void);

/*
 * The same of bytes in which their own sum lies: the `hole` bytes (at most 8) at `place` count as
 * zeros. So ext4, FFS and XFS sum.
 */
uint32_t crc32c_around(uint32_t sum, const void *bytes, size_t length, size_t place, size_t hole);
