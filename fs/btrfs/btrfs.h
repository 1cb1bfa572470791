/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of btrfs's driver have in common. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/btrfs/checksum.h"
#include "fs/btrfs/devices.h"
#include "fs/btrfs/disk.h"
#include "fs/btrfs/tree.h"
#include "fs/fs.h"

struct btrfs_blocks;
struct btrfs_log;
struct btrfs_logged_name;
struct btrfs_packed;
struct btrfs_space;

/* What a mounted file system knows of itself. volume->source is its space. */
struct btrfs {
    uint32_t sector_size, block_size; /* bytes */
    struct btrfs_summing checksum;
    unsigned checksum_size;
    uint8_t block_uuid[UUID_BYTES]; /* in every block */
    struct btrfs_space *space;
    struct btrfs_blocks *blocks; /* blocks.h */
    struct btrfs_packed *packed; /* packed.h */
    uint8_t *sector;             /* scratch for one */
    struct btrfs_tree root_tree, checksum_tree;
    struct btrfs_tree recent;    /* the subvolume that was asked for last */
    uint64_t default_tree;       /* the default subvolume */
    const struct btrfs_log *log; /* log.h; NULL: there is none */
    bool reported;               /* that something is damaged */
};

/* What is known of a loaded inode, in node->private. */
struct btrfs_node {
    struct btrfs_tree tree;
    const struct btrfs_tree *log; /* what was synced in that tree; NULL: nothing */
    uint64_t flags;
    uint64_t logged_cursor; /* of a directory: where its next logged name is looked for */
    const struct btrfs_logged_name *logged;
};
_Static_assert(sizeof(struct btrfs_node) <= sizeof((struct node *)0)->private,
               "a btrfs_node fits into a node");

static inline struct btrfs *btrfs_of(const struct node *node)
{
    return node->volume->private;
}

static inline const struct btrfs_node *btrfs_node_of(const struct node *node)
{
    return (const struct btrfs_node *)node->private;
}

/* Says what is wrong with an inode, and returns ERR_CORRUPT. */
int btrfs_wrong(const struct node *, const char *what);

/* Says, the first time, that what lies at an address was damaged, and has been had from another copy. */
void btrfs_report_damage(const struct volume *, uint64_t address, const char *what);

/* Drivers' parts; all return 0 or an error, logged. */
int btrfs_mount(struct volume *);
int btrfs_load(struct node *);
int btrfs_map(struct node *, uint64_t offset, struct extent *);
int btrfs_make(struct node *, uint64_t offset, void *buffer, size_t length);
int btrfs_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int btrfs_lookup(struct node *directory, const char *name, struct dir_entry *);
int btrfs_link(struct node *, char *text);
int btrfs_next_subvolume(struct volume *, uint64_t *cursor, struct subvolume *);
