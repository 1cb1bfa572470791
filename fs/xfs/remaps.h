/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges of files that have come to lie elsewhere than their inodes say, as the log wants it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct xfs_remaps;

/* Returns NULL when there is no memory. */
struct xfs_remaps *remaps_create(struct arena *);

/*
 * A file's blocks `first` to `first` + `count`, which are at most FILE_BLOCKS_LIMIT, are from now on those of the file
 * system from `start` on; 0: a hole. Returns 0 or ERR_NO_MEMORY, not logged.
 */
int remaps_put(struct xfs_remaps *, uint64_t inode, uint64_t first, uint64_t count, uint64_t start);

/*
 * Has a file's block been remapped? Then *start is where it lies now, 0 for a hole; or else it stays as it was. *count
 * is for how many blocks that is so, at most; it may be made smaller.
 */
bool remaps_find(const struct xfs_remaps *, uint64_t inode, uint64_t block, uint64_t *start,
                 uint64_t *count);
