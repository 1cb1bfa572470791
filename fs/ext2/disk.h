/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext2, ext3 and ext4 on disk; all numbers little-endian. After "ext4 Data Structures and
 * Algorithms" in the Linux kernel's documentation (Documentation/filesystems/ext4).
 *
 *      0      1024         block 1 (or 2)          each group has its own
 *      | boot | superblock | group descriptors ... | block bitmap | inode bitmap | inodes | data |
 *
 * The group descriptors follow the superblock's block; with META_BG those of each meta group of
 * block_size / descriptor_size groups lie in the first block of that group (after its superblock
 * copy, if it has one).
 *
 * With METADATA_CSUM all of that has a CRC32C, not inverted at the end. It begins with the seed (the
 * UUID's CRC, or what the superblock says), but for the superblock's own, which begins with ~0; the
 * checksum's own bytes count as zeros, or are left out where they are the last ones:
 *
 *      superblock         the 1020 bytes before it
 *      group descriptor   group number 4, the descriptor; the low 16 bits of it
 *      inode              inode number 4, generation 4 (so far: the inode's own seed), the inode; 32
 *                         bits where the inode has room for the high ones, else 16
 *      extent block       inode's seed, the block up to its last entry that there could be
 *      directory block    inode's seed, the block but for its last 12 bytes: an entry without inode
 *      htree node         inode's seed, the block up to its last entry in use, the tail
 *
 * With GDT_CSUM alone there is a CRC16 of descriptors: of the UUID, the group number, the descriptor.
 */
#pragma once

enum { SUPER_OFFSET = 1024, SUPER_SIZE = 1024, EXT2_MAGIC = 0xEF53 };

/* Superblock */
enum {
    S_INODES_COUNT = 0,
    S_BLOCKS_COUNT_LO = 4,
    S_FIRST_DATA_BLOCK = 20,
    S_LOG_BLOCK_SIZE = 24,   /* 1024 << n bytes */
    S_LOG_CLUSTER_SIZE = 28, /* likewise, with BIGALLOC */
    S_BLOCKS_PER_GROUP = 32,
    S_INODES_PER_GROUP = 40,
    S_MAGIC = 56,
    S_STATE = 58,     /* bits below */
    S_REV_LEVEL = 76, /* 0: 128-byte inodes and no feature bits */
    S_INODE_SIZE = 88,
    S_GROUP = 90, /* the one that this superblock lies in */
    S_FEATURE_COMPAT = 92,
    S_FEATURE_INCOMPAT = 96,
    S_FEATURE_RO_COMPAT = 100,
    S_UUID = 104,
    S_UUID_SIZE = 16,
    S_VOLUME_NAME = 120,
    S_VOLUME_NAME_SIZE = 16,
    S_JOURNAL_UUID = 208,  /* of that device */
    S_JOURNAL_INODE = 224, /* 0: the journal is on another device */
    S_DESC_SIZE = 254,
    S_FIRST_META_BG = 260,
    S_BLOCKS_COUNT_HI = 336,
    S_CHECKSUM_TYPE = 373,
    S_BACKUP_GROUPS = 588, /* with SPARSE_SUPER2: the two that have a superblock, 4 bytes each */
    S_CHECKSUM_SEED = 624, /* with CSUM_SEED */
    S_CHECKSUM = 1020,
};

enum { CHECKSUM_CRC32C = 1 };

enum { STATE_VALID = 1, STATE_ERRORS = 2 };

enum { COMPAT_HAS_JOURNAL = 0x4, COMPAT_SPARSE_SUPER2 = 0x200 };

enum {
    RO_COMPAT_SPARSE_SUPER = 0x1,
    RO_COMPAT_GDT_CSUM = 0x10,
    RO_COMPAT_BIGALLOC = 0x200,
    RO_COMPAT_METADATA_CSUM = 0x400,
    RO_COMPAT_READONLY = 0x1000,
    RO_COMPAT_SHARED_BLOCKS = 0x4000,
};

enum {
    INCOMPAT_COMPRESSION = 0x1,
    INCOMPAT_FILETYPE = 0x2,
    INCOMPAT_RECOVER = 0x4, /* the journal (jbd2.h) holds newer blocks */
    INCOMPAT_JOURNAL_DEV = 0x8,
    INCOMPAT_META_BG = 0x10,
    INCOMPAT_EXTENTS = 0x40,
    INCOMPAT_64BIT = 0x80,
    INCOMPAT_MMP = 0x100,
    INCOMPAT_FLEX_BG = 0x200,
    INCOMPAT_EA_INODE = 0x400,
    INCOMPAT_DIRDATA = 0x1000,
    INCOMPAT_CSUM_SEED = 0x2000,
    INCOMPAT_LARGEDIR = 0x4000,
    INCOMPAT_INLINE_DATA = 0x8000,
    INCOMPAT_ENCRYPT = 0x10000,
    INCOMPAT_CASEFOLD = 0x20000,
};

/* Group descriptor: 32 bytes, or with 64BIT what S_DESC_SIZE says */
enum {
    DESCRIPTOR_SIZE = 32,
    DESCRIPTOR_SIZE_LIMIT = 1024,
    G_INODE_TABLE_LO = 8,
    G_CHECKSUM = 30,
    G_INODE_TABLE_HI = 40,
};

/* Inode */
enum {
    GOOD_OLD_INODE_SIZE = 128,
    ROOT_INODE = 2,
    I_MODE = 0,
    I_OWNER_LO = 2,
    I_SIZE_LO = 4,
    I_MTIME = 16,
    I_GROUP_LO = 24,
    I_LINKS = 26,
    I_BLOCKS_LO = 28, /* 512-byte units */
    I_FLAGS = 32,
    I_BLOCK =
        40, /* of a device: its number, in the first word with 8 bits each, or in the second */
    I_GENERATION = 100,
    I_FILE_ACL_LO = 104, /* the block of its extended attributes */
    I_SIZE_HI = 108,
    I_BLOCKS_HI = 116,
    I_FILE_ACL_HI = 118,
    I_OWNER_HI = 120,
    I_GROUP_HI = 122,
    I_CHECKSUM_LO = 124,
    I_EXTRA_ISIZE = 128, /* size of what follows byte 128, in a large inode */
    I_CHECKSUM_HI = 130,
    I_MTIME_EXTRA = 136, /* 2 bits on top of the 32 of the seconds, then 30 of nanoseconds */
};

enum {
    FLAG_ENCRYPTED = 0x800,
    FLAG_INDEX = 0x1000, /* a directory that is an htree */
    FLAG_EXTENTS = 0x80000,
    FLAG_EA_INODE = 0x200000, /* an extended attribute's value, not a file */
    FLAG_INLINE_DATA = 0x10000000,
    FLAG_CASEFOLD = 0x40000000, /* a directory in which case does not count */
};

/*
 * Extent tree: a header of 12 bytes, then entries of 12 bytes, in i_block or in a block.
 *
 *      header  | magic F30A | entries | max | depth | generation |
 *      index   | first logical block | child, low 32 | child, high 16 | unused |     depth > 0
 *      leaf    | first logical block | length 16 | start, high 16 | start, low 32 |  depth = 0
 *
 * In a block a checksum of 4 bytes follows the last entry that there is room for (`max`).
 */
enum {
    EXTENT_MAGIC = 0xF30A,
    EXTENT_ENTRY_SIZE = 12,
    EXTENT_DEPTH_LIMIT = 5,
    EH_MAGIC = 0,
    EH_ENTRIES = 2,
    EH_MAX = 4,
    EH_DEPTH = 6,
    EI_LEAF_LO = 4,
    EI_LEAF_HI = 8,
    EE_LENGTH = 4, /* over 32768: so many less, not yet written: zeros */
    EE_START_HI = 6,
    EE_START_LO = 8,
    EE_WRITTEN_LIMIT = 32768,
};

#define EXTENT_BLOCKS_LIMIT (UINT64_C(1) << 32) /* of a file: logical blocks have 32 bits */

/*
 * Block map, in i_block:
 *
 *      0                  48         52         56         60
 *      | 12 block numbers | indirect | double   | triple   |  a block of numbers; of such; of those
 */
enum { DIRECT_BLOCKS = 12, INDIRECT_LEVELS = 3 };

/*
 * Directory entry, within one block:
 *
 *      0       4               6             7      8
 *      | inode | record length | name length | type | name |
 *
 * With checksums each block of entries ends with one that has no inode, type 0xDE and no name, but
 * 4 bytes of checksum.
 */
enum {
    DE_INODE = 0,
    DE_RECORD = 4,
    DE_NAME_LENGTH = 6,
    DE_TYPE =
        7, /* with FILETYPE: 1 file, 2 directory, 7 link; without, the name length's high byte */
    DE_NAME = 8,
    DE_TAIL_SIZE = 12,
    DE_TAIL_TYPE = 0xDE,
};

/*
 * Htree: a directory's index, hidden from who does not know it. In the root the entry ".." reaches
 * to the block's end; each other node begins with an entry without inode that does.
 *
 *      root   | "." 12 | ".." 12 | info 8 | limit 2, count 2, ... | entry 8 | entry ... | tail 8 |
 *      node   | empty 8 | limit 2, count 2, ... | entry 8 | entry ... | tail 8 |
 *
 * `limit` and `count` of entries include the one that they lie in. The tail is 4 bytes that are
 * reserved, and a checksum.
 */
enum {
    DX_NODE_ENTRIES = 8,
    DX_ROOT_PARENT = 12,
    DX_ROOT_ENTRIES = 32,
    DX_LIMIT = 0,
    DX_COUNT = 2,
    DX_ENTRY_SIZE = 8,
    DX_TAIL_SIZE = 8,
    DX_TAIL_CHECKSUM = 4,
};
