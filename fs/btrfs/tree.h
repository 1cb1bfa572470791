/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looking items up in a tree. All searches go down once from its root, or twice, whatever is on the
 * disk; the blocks on the way are checked and kept (blocks.h).
 */
#pragma once

#include <stdint.h>

#include "fs/btrfs/disk.h"

struct volume;

struct btrfs_key {
    uint64_t object;
    enum btrfs_type type;
    uint64_t offset;
};

struct btrfs_tree {
    uint64_t id;    /* 0 for those that the superblock names */
    uint64_t block; /* its root's address; 0: there is none, and it is empty */
    uint64_t generation;
    unsigned level;
};

/* An item that was found; its bytes stay until the next search in any tree of the volume. */
struct btrfs_item {
    struct btrfs_key key;
    const uint8_t *bytes;
    uint32_t size;
};

struct btrfs_key btrfs_key_at(const uint8_t *bytes);

/* Less than 0, 0 or more, as the first one comes before the other. */
int btrfs_key_compare(const struct btrfs_key *, const struct btrfs_key *);

/* The item of exactly this key. All three return 1, 0 when there is none, or an error (logged). */
int btrfs_find(const struct volume *, const struct btrfs_tree *, const struct btrfs_key *,
               struct btrfs_item *);

/* The last item whose key is this one or comes before it. */
int btrfs_find_until(const struct volume *, const struct btrfs_tree *, const struct btrfs_key *,
                     struct btrfs_item *);

/* The first item whose key is this one or comes after it. */
int btrfs_find_from(const struct volume *, const struct btrfs_tree *, const struct btrfs_key *,
                    struct btrfs_item *);

/*
 * The next item of the same object and type, at key->offset or after it, and moves *key past it: for
 * going through all of them.
 */
int btrfs_next_of(const struct volume *, const struct btrfs_tree *, struct btrfs_key *key,
                  struct btrfs_item *);
