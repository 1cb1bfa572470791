/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3 and ext4. */
#pragma once

#include <stdint.h>

#include "fs/fs.h"

extern const struct fs_type ext2_type;

struct ext2_blocks;
struct ext2_changes;

/* What a mounted file system knows of itself. */
struct ext2 {
    uint32_t block_size; /* bytes */
    uint64_t block_count;
    uint32_t cluster_size; /* bytes: what is allocated at a time */
    uint32_t inode_count;
    uint32_t inode_size;
    uint32_t inodes_per_group;
    uint32_t blocks_per_group;
    uint32_t first_block; /* of group 0 */
    uint32_t group_count;
    uint32_t descriptor_size;
    uint32_t first_meta_group;                        /* of META_BG */
    uint32_t backup_groups[2];                        /* of SPARSE_SUPER2 */
    uint32_t compatible, incompatible, ro_compatible; /* feature bits */
    bool has_checksums, has_old_checksums;
    uint32_t seed; /* with which checksums begin */
    uint16_t old_seed;
    uint8_t *inode;               /* room for one */
    struct ext2_blocks *blocks;   /* blocks.h */
    struct ext2_table *table;     /* the last one that was found */
    struct ext2_changes *changes; /* changes.h; NULL: there are none */
    const struct source
        *journal; /* the device that its journal has of its own; NULL: none is there */
    bool is_copy; /* the superblock that was read: the first one is damaged */
};

/* Where a group's inodes lie. */
struct ext2_table {
    uint32_t group;
    uint64_t block; /* 0: none has been found yet */
    bool has_told;  /* that descriptors are damaged, and copies are read */
};

enum { EXT2_BLOCK_BYTES = 60 };

/* What is known of a loaded inode, in node->private. */
struct ext2_node {
    uint8_t block[EXT2_BLOCK_BYTES]; /* i_block: extents, block numbers, a link's text, data */
    uint32_t flags;
    uint32_t seed;            /* of its blocks' checksums */
    uint64_t sectors;         /* 512 bytes each: what it has on the disk */
    uint64_t attribute_block; /* 0: it has none */
    uint64_t inline_rest;     /* with INLINE_DATA: where on the volume it goes on after i_block */
    uint64_t inline_rest_size;
};
_Static_assert(sizeof(struct ext2_node) <= sizeof((struct node *)0)->private,
               "an ext2_node fits into a node");

static inline const struct ext2 *ext2_of(const struct node *node)
{
    return node->volume->private;
}

static inline const struct ext2_node *ext2_node_of(const struct node *node)
{
    return (const struct ext2_node *)node->private;
}

/* Says what is wrong with an inode, and returns ERR_CORRUPT. */
int ext2_wrong(const struct node *, const char *what);

/* The same of one of its blocks. */
int ext2_wrong_block(const struct node *, uint64_t block, const char *what);

/* Does an inode have the fields up to byte `end`? */
bool ext2_inode_has(const struct ext2 *, const uint8_t *inode, size_t end);

/* As a driver's mount(), of a file system whose journal lies on a device of its own. */
int ext2_mount_with_journal(struct volume *, const struct source *journal);

/* Drivers' parts; all return 0 or an error, logged. */
int ext2_mount(struct volume *);
int ext2_load(struct node *);
int ext2_map(struct node *, uint64_t offset, struct extent *);
int ext2_map_tree(struct node *, uint64_t offset, struct extent *);   /* extents */
int ext2_map_blocks(struct node *, uint64_t offset, struct extent *); /* indirect blocks */
int ext2_map_inline(struct node *, uint64_t offset, struct extent *);
int ext2_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int ext2_lookup(struct node *directory, const char *name, struct dir_entry *);
int ext2_make(struct node *, uint64_t offset, void *buffer, size_t length);
int ext2_link(struct node *, char *text);

/* The byte of the volume at which the node's inode lies. */
int ext2_find_inode(const struct node *, uint64_t *offset);

/* Takes from an inode, at byte `offset` of the volume, where data inside of it go on. */
void ext2_open_inline(const struct ext2 *, struct ext2_node *, const uint8_t *inode,
                      uint64_t offset);

/* How many blocks a file can have by a block map. */
uint64_t ext2_blocks_limit(const struct ext2 *);

/* An extent of `count` blocks of zeros, the first `skip` bytes of which are past. */
void ext2_zeros(const struct node *, uint64_t count, uint64_t skip, struct extent *);

/*
 * Fills in an extent of `count` blocks from `block` on. ERR_CORRUPT (logged) when they are not on
 * the volume.
 */
int ext2_extent(const struct node *, uint64_t block, uint64_t count, uint64_t skip,
                struct extent *);
