/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Metadata in whole blocks (of inodes, extents, directories, links). Each is checked once, when it
 * is read; the last few are kept, so that what is gone through is read and checked once for each
 * block.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

/* Room for some blocks; NULL when there is no memory. volume->private is set. */
struct xfs_blocks *xfs_blocks_create(const struct volume *);

/* Bytes that a block can have. */
size_t xfs_blocks_room(const struct volume *);

/*
 * Reads a block of `node` into bytes[xfs_blocks_room()], and checks it; what `place` means is its
 * own. It may ask for other blocks. Returns 0 or an error (logged).
 */
typedef int xfs_fill(struct node *, uint64_t place, uint8_t *bytes);

/*
 * Makes *bytes what `fill` has read; it stays there until the next call. Returns 0 or an error
 * (logged).
 */
int xfs_block(struct node *, xfs_fill *fill, uint64_t place, const uint8_t **bytes);
