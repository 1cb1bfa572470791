/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LZO as btrfs wraps it. Each sector is packed by itself, and a segment's length never lies across
 * two sectors: where fewer than four bytes are left of one, they are passed over.
 *
 *      | length of all of it | length | segment | length | segment | ...
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Unpacks `size` bytes into target[room]; *made is how many came of it. Returns 0 or ERR_CORRUPT, not logged.
 */
int btrfs_unpack_lzo(const uint8_t *bytes, size_t size, size_t sector_size, uint8_t *target,
                     size_t room, size_t *made);
