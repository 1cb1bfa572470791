/* SPDX-License-Identifier: BSD-2-Clause */
/* Entries of directories, as items hold them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/btrfs/tree.h"

struct btrfs_entry {
    struct btrfs_key place; /* of the inode, or the subvolume */
    uint8_t type;           /* ENTRY_FILE and the like */
    const uint8_t *name;
    uint16_t length;
};

/* The entry at byte *at of an item, and moves that past it. False: there is none that can be right. */
bool btrfs_entry_at(const struct btrfs_item *, uint32_t *at, struct btrfs_entry *);

/* The entry of this name in an item. */
bool btrfs_entry_find(const struct btrfs_item *, const char *name, struct btrfs_entry *);
