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
 */
#pragma once

enum { SUPER_OFFSET = 1024, SUPER_SIZE = 1024, EXT2_MAGIC = 0xEF53 };

/* Superblock */
enum {
    S_INODES_COUNT = 0,
    S_BLOCKS_COUNT_LO = 4,
    S_FIRST_DATA_BLOCK = 20,
    S_LOG_BLOCK_SIZE = 24, /* 1024 << n bytes */
    S_BLOCKS_PER_GROUP = 32,
    S_INODES_PER_GROUP = 40,
    S_MAGIC = 56,
    S_STATE = 58,     /* bits below */
    S_REV_LEVEL = 76, /* 0: 128-byte inodes and no feature bits */
    S_INODE_SIZE = 88,
    S_FEATURE_COMPAT = 92,
    S_FEATURE_INCOMPAT = 96,
    S_FEATURE_RO_COMPAT = 100,
    S_UUID = 104, /* 16 bytes */
    S_VOLUME_NAME = 120,
    S_VOLUME_NAME_SIZE = 16,
    S_JOURNAL_INODE = 224, /* 0: the journal is on another device */
    S_DESC_SIZE = 254,
    S_FIRST_META_BG = 260,
    S_BLOCKS_COUNT_HI = 336,
};

enum { STATE_VALID = 1, STATE_ERRORS = 2 };

enum { COMPAT_HAS_JOURNAL = 0x4 };

enum { RO_COMPAT_READONLY = 0x1000, RO_COMPAT_SHARED_BLOCKS = 0x4000 };

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
enum { DESCRIPTOR_SIZE = 32, G_INODE_TABLE_LO = 8, G_INODE_TABLE_HI = 40 };

/* Inode */
enum {
    GOOD_OLD_INODE_SIZE = 128,
    ROOT_INODE = 2,
    I_MODE = 0,
    I_SIZE_LO = 4,
    I_MTIME = 16,
    I_BLOCKS_LO = 28, /* 512-byte units */
    I_FLAGS = 32,
    I_BLOCK = 40,
    I_FILE_ACL_LO = 104,
    I_SIZE_HI = 108,
    I_EXTRA_ISIZE = 128, /* size of what follows byte 128, in a large inode */
};

enum {
    FLAG_ENCRYPTED = 0x800,
    FLAG_EXTENTS = 0x80000,
    FLAG_EA_INODE = 0x200000, /* an extended attribute's value, not a file */
    FLAG_INLINE_DATA = 0x10000000,
};

/*
 * Extent tree: a header of 12 bytes, then entries of 12 bytes, in i_block or in a block.
 *
 *      header  | magic F30A | entries | max | depth | generation |
 *      index   | first logical block | child, low 32 | child, high 16 | unused |     depth > 0
 *      leaf    | first logical block | length 16 | start, high 16 | start, low 32 |  depth = 0
 */
enum {
    EXTENT_MAGIC = 0xF30A,
    EXTENT_ENTRY_SIZE = 12,
    EXTENT_DEPTH_LIMIT = 5,
    EH_MAGIC = 0,
    EH_ENTRIES = 2,
    EH_DEPTH = 6,
    EI_LEAF_LO = 4,
    EI_LEAF_HI = 8,
    EE_LENGTH = 4, /* over 32768: so many less, not yet written: zeros */
    EE_START_HI = 6,
    EE_START_LO = 8,
    EE_WRITTEN_LIMIT = 32768,
};

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
 */
enum {
    DE_INODE = 0,
    DE_RECORD = 4,
    DE_NAME_LENGTH = 6,
    DE_TYPE =
        7, /* with FILETYPE: 1 file, 2 directory, 7 link; without, the name length's high byte */
    DE_NAME = 8,
};
