/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3 and ext4. */
#pragma once

#include <stdint.h>

#include "fs/fs.h"

extern const struct fs_type ext2_type;

/* What a mounted file system knows of itself. */
struct ext2 {
    uint32_t block_size; /* bytes */
    uint64_t block_count;
    uint32_t inode_count;
    uint32_t inode_size;
    uint32_t inodes_per_group;
    uint32_t blocks_per_group;
    uint32_t first_block; /* of group 0 */
    uint32_t group_count;
    uint32_t descriptor_size;
    uint32_t first_meta_group; /* of META_BG */
    uint32_t incompatible;     /* feature bits */
};

/* The first 60 bytes of node->private are the inode's i_block. */
enum { EXT2_BLOCK_BYTES = 60 };

/* Drivers' parts; all return 0 or an error, logged. */
int ext2_mount(struct volume *);
int ext2_load(struct node *);
int ext2_map(struct node *, uint64_t offset, struct extent *);
int ext2_map_tree(struct node *, uint64_t offset, struct extent *);   /* extents */
int ext2_map_blocks(struct node *, uint64_t offset, struct extent *); /* indirect blocks */
int ext2_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int ext2_make(struct node *, uint64_t offset, void *buffer, size_t length);
int ext2_link(struct node *, char *text);

/*
 * Fills in an extent of `count` blocks from `block` on. ERR_CORRUPT (logged) when they are not on
 * the volume.
 */
int ext2_extent(const struct node *, uint64_t block, uint64_t count, uint64_t skip,
                struct extent *);
