/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fast commits (the Linux kernel's Documentation/filesystems/ext4/journal.rst, fs/ext4/fast_commit.h) lie past a
 * journal's ring, one block apart, and go on from its last transaction. They say what has happened, not which blocks
 * became what; all numbers are little-endian. Each begins in a new block, and is a row of
 *
 *      0         2          4
 *      | tag 2   | length 2 | so many bytes ... |          none goes on in the next block
 *
 *      HEAD       | features 4 | sequence 4 |               the first commit's only
 *      ADD_RANGE  | inode 4 | an extent, as in a tree, 12 | the file's blocks are there
 *      DEL_RANGE  | inode 4 | first block 4 | count 4 |     the file has a hole there
 *      CREATE, LINK, UNLINK  | directory 4 | inode 4 | name |
 *      INODE      | number 4 | an inode's bytes |           but for its blocks
 *      PAD        the rest of a block
 *      TAIL       | sequence 4 | CRC32C 4 |                 of all since the last one; and the rest of the block
 */
#pragma once

#include <stdint.h>

struct journal;
struct overlay;

enum {
    FC_ADD_RANGE = 1,
    FC_DEL_RANGE = 2,
    FC_CREATE = 3,
    FC_LINK = 4,
    FC_UNLINK = 5,
    FC_INODE = 6,
    FC_PAD = 7,
    FC_TAIL = 8,
    FC_HEAD = 9,
};

enum {
    FC_TAG_SIZE = 4,
    FC_HEAD_SEQUENCE = 4,
    FC_TAIL_CHECKSUM = 4,
    FC_RANGE_EXTENT = 4,
    FC_RANGE_COUNT = 8,
    FC_NAME_INODE = 4,
    FC_NAME_TEXT = 8,
    FC_INODE_BYTES = 4,
};

/*
 * Replays those of transaction `sequence`: inodes become the overlay's, the rest the volume's struct ext2_changes. The
 * volume is to be read through the overlay already. Returns how many commits there were, or an error, logged but for
 * memory's; then some may have been taken.
 */
int ext2_replay_fast_commits(struct journal *, struct overlay *, uint32_t sequence);
