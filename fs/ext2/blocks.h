/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of metadata, whole. Each is checked once, when it is read; the last few are kept, so that a
 * directory or a tree of extents that is gone through is read and checked once for each block.
 */
#pragma once

#include <stdint.h>

#include "fs/fs.h"

/* Room for some blocks, of volume->block_size bytes; NULL when there is no memory. */
struct ext2_blocks *ext2_blocks_create(const struct volume *);

/* Forgets what is kept: the volume has changed. */
void ext2_blocks_forget(struct ext2_blocks *);

/* Is there something wrong with a block of `node`? Returns 0 or ERR_CORRUPT (logged). */
typedef int ext2_check(const struct node *, uint64_t block, const uint8_t *bytes);

/*
 * Makes *bytes a block of `node`, which `check` has found right (NULL: any bytes are); it stays there
 * until the next call. Returns 0 or an error (logged).
 */
int ext2_block(const struct node *, uint64_t block, ext2_check *check, const uint8_t **bytes);
