/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Blocks of trees. Each is checked when it is read, and read from another copy where the first one
 * is damaged or stale; the last few are kept.
 */
#pragma once

#include <stdint.h>

#include "fs/btrfs/tree.h"

struct btrfs_blocks;

/* Room for some blocks; NULL when there is no memory. volume->private's block size is set. */
struct btrfs_blocks *btrfs_blocks_create(const struct volume *);

/* Forgets all of them: addresses mean other places from now on. */
void btrfs_blocks_forget(struct btrfs_blocks *);

/* A block as what points to it says; `first` NULL: it is a root, which may be empty. */
struct btrfs_block {
    uint64_t address, generation;
    unsigned level;
    const struct btrfs_key *first; /* the first key in it */
};

/*
 * Makes *bytes the block, whose items are in order and inside of it; they stay until LEVELS others have been asked
 * for. Returns 0 or an error (logged).
 */
int btrfs_block(const struct volume *, const struct btrfs_block *, const uint8_t **bytes);

/* Key number `index` of a block. */
struct btrfs_key btrfs_block_key(const uint8_t *bytes, uint32_t index);
