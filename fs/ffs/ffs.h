/* SPDX-License-Identifier: BSD-2-Clause */
/* The BSD fast file system: FFSv1 (UFS1) and FFSv2 (UFS2), in either byte order. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/fs.h"

extern const struct fs_type ffs_type;

/*
 * The same file system where its first superblock is gone: only a copy says what it is. A copy can
 * outlive the file system that it belonged to, so every other type is asked before this one.
 */
extern const struct fs_type ffs_copy_type;

/* What a mounted file system knows of itself. Addresses on the volume count fragments. */
struct ffs {
    bool big_endian;
    bool is_v2;
    bool old_directories;               /* 4.2BSD's, without types */
    uint32_t directory_block;           /* bytes, which no directory entry leaves */
    uint32_t block_size, fragment_size; /* bytes */
    uint32_t fragments_per_block;
    uint32_t inodes_per_block, inodes_per_group, fragments_per_group;
    uint32_t group_count;
    uint32_t super_copy, inode_table, data; /* fragments from a group's start */
    uint32_t group_offset, group_mask;      /* how old layouts move a group's start */
    uint32_t short_link_limit; /* shorter links lie in the inode; 0: those without blocks do */
    uint64_t size;             /* fragments */
    uint64_t super_place;      /* bytes: where the superblock was read */
    bool has_inode_hashes;     /* FreeBSD's: check_hash.h */
};

/* Numbers in the file system's byte order. */
uint16_t ffs_load16(const struct ffs *, const uint8_t *);
uint32_t ffs_load32(const struct ffs *, const uint8_t *);
uint64_t ffs_load64(const struct ffs *, const uint8_t *);

/*
 * Where a group's superblock copy, header and inodes count from, in fragments. Old layouts begin
 * each group on another platter, so that one head crash spares some.
 */
uint64_t ffs_group_start(const struct ffs *, uint64_t group);

/* Bytes that follow each other in a file and on the volume, or a hole. */
struct ffs_run {
    uint64_t start, length; /* bytes of the file; length 0: no run */
    uint64_t place;         /* bytes of the volume; 0: a hole */
};

/* What the driver's parts know of an inode, in node->private. */
struct ffs_node {
    uint8_t pointers[15 * 8]; /* 12 direct blocks, 3 indirect ones; or a short link's text */
    uint64_t blocks;          /* 512-byte units that it takes */
    struct ffs_run run;       /* that map() found last */
};

_Static_assert(sizeof(struct ffs_node) <= sizeof((struct node *)0)->private,
               "an ffs_node fits into a node");

static inline const struct ffs *ffs_of(const struct node *node)
{
    return node->volume->private;
}

static inline struct ffs_node *ffs_node_of(const struct node *node)
{
    return (struct ffs_node *)(uintptr_t)node->private;
}

/* Logs what is wrong with an inode, and returns ERR_CORRUPT. */
int ffs_corrupt(const struct node *, const char *what);

/* The driver's parts; all return 0 or an error, logged. */
int ffs_mount(struct volume *);
int ffs_mount_copy(struct volume *);
int ffs_load(struct node *);
int ffs_map(struct node *, uint64_t offset, struct extent *);
int ffs_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int ffs_link(struct node *, char *text);
