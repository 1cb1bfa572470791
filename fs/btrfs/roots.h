/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees by their numbers: the root tree lists them. All return 0 or an error (logged), if nothing else is said. */
#pragma once

#include <stdbool.h>

#include "fs/btrfs/tree.h"

struct volume;

/* Object of a directory without entries, for a subvolume that a snapshot has only the name of. */
enum { EMPTY_DIRECTORY = 2 };

/* The tree of this number. ERR_NOT_FOUND, not logged, where there is none. */
int btrfs_find_tree(const struct volume *, uint64_t id, struct btrfs_tree *);

/* The tree whose root an item says, and which has this number. */
int btrfs_take_root(const struct volume *, uint64_t id, const struct btrfs_item *,
                    struct btrfs_tree *);

/* The same of a subvolume. ERR_CORRUPT, logged, where there is none. */
int btrfs_open_subvolume(const struct volume *, uint64_t id, struct btrfs_tree *);

/* The default subvolume's number. */
int btrfs_find_default(const struct volume *, uint64_t *id);

/* Is a subvolume in this directory of this one? Returns 1, 0 or an error (logged). */
int btrfs_subvolume_is_in(const struct volume *, uint64_t id, uint64_t parent, uint64_t directory);
