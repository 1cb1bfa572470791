/* SPDX-License-Identifier: BSD-2-Clause */
/* XFS, versions 4 and 5. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

extern const struct fs_type xfs_type;

struct xfs_blocks;
struct xfs_patches;
struct xfs_remaps;

/* What a mounted file system knows of itself. */
struct xfs {
    uint32_t block_size, dir_block_size, sector_size, inode_size; /* bytes */
    uint64_t block_count;
    uint32_t group_blocks, group_count;
    unsigned group_blocks_log, inodes_per_block_log;
    uint32_t incompatible, ro_compatible; /* feature bits of version 5 */
    bool has_checksums;                   /* version 5 */
    bool has_types;                       /* in directory entries */
    struct xfs_blocks *blocks;            /* blocks.h */
    const struct xfs_patches *patches;    /* what the log has changed; NULL: nothing */
    const struct xfs_remaps *remaps;      /* likewise, of files' maps */
};

/* What is known of a loaded inode, in node->private. */
struct xfs_node {
    uint64_t place; /* byte of the volume at which the inode lies */
    uint8_t format; /* of the data fork */
    uint16_t fork;  /* where it begins in the inode */
    uint16_t fork_size;
    uint64_t extents; /* in a list of them */
};
_Static_assert(sizeof(struct xfs_node) <= sizeof((struct node *)0)->private,
               "an xfs_node fits into a node");

static inline const struct xfs *xfs_of(const struct node *node)
{
    return node->volume->private;
}

static inline const struct xfs_node *xfs_node_of(const struct node *node)
{
    return (const struct xfs_node *)node->private;
}

/* Says what is wrong with an inode, and returns ERR_CORRUPT. */
int xfs_wrong(const struct node *, const char *what);

/* The same of what lies at byte `place` of the volume. */
int xfs_wrong_block(const struct node *, uint64_t place, const char *what);

/* The byte of the volume at which a block or an inode lies. False: on none. */
bool xfs_find_blocks(const struct xfs *, uint64_t block, uint64_t count, uint64_t *place);
bool xfs_find_inode(const struct xfs *, uint64_t number, uint64_t *place);

/* Drivers' parts; all return 0 or an error, logged. */
int xfs_mount(struct volume *);
int xfs_load(struct node *);
int xfs_map(struct node *, uint64_t offset, struct extent *);
int xfs_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int xfs_lookup(struct node *directory, const char *name, struct dir_entry *);
int xfs_link(struct node *, char *text);

/*
 * The loaded node's data fork: xfs_node_of(node)->fork_size bytes, until the next block is asked
 * for.
 */
int xfs_fork(struct node *, const uint8_t **bytes);
