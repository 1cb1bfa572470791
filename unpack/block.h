/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Unpacking blocks that lie in memory as a whole, into memory: what compressed file systems are made
 * of. What follows the packed bytes in their block is passed over.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "unpack/pool.h"

/* Bytes of memory that a decoder needs: of a pool, which any number of blocks share, one at a time. */
size_t unpack_block_room(void);

/*
 * Unpacks `size` bytes into target[room]; *made is how many came of it: zlib leaves out what there is
 * no room for. Both return 0 or ERR_CORRUPT, not logged.
 */
int unpack_zlib(struct pool *, const uint8_t *bytes, size_t size, uint8_t *target, size_t room,
                size_t *made);
int unpack_zstd(struct pool *, const uint8_t *bytes, size_t size, uint8_t *target, size_t room,
                size_t *made);
