/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XFS on disk; all numbers big-endian but for checksums. After "XFS Algorithms & Data Structures",
 * 3rd edition (chapters "Allocation Groups", "On-disk Inode", "Data Extents", "Directories",
 * "Symbolic Links"), and for what came after it xfs_format.h's fields.
 *
 *      |<--- allocation group 0 --->|<--- allocation group 1 --->| ...      agblocks blocks each
 *      | superblock | free space, inodes, data ... | log, in one of them |
 *
 * Block and inode numbers hold the group in their high bits:
 *
 *      block of the file system  | group | block : agblklog |
 *      inode number              | group | block : agblklog | inode in the block : inopblog |
 *
 * With version 5 all metadata have a CRC32C, inverted at the end and little-endian, over the whole
 * sector, block, directory block or inode, in which the checksum's own bytes count as zeros; and
 * they say which block they are (in sectors of 512 bytes) and whose.
 */
#pragma once

#include <stdint.h>

enum { XFS_MAGIC = 0x58465342, SB_SIZE = 512, BASIC_BLOCK = 512 /* bytes: the unit of places */ };

/* Superblock */
enum {
    SB_BLOCK_SIZE = 4,
    SB_BLOCKS = 8,
    SB_REALTIME_BLOCKS = 16,
    SB_UUID = 32,
    SB_LOG_START = 48, /* block; 0: the log is on another device */
    SB_ROOT_INODE = 56,
    SB_AG_BLOCKS = 84,
    SB_AG_COUNT = 88,
    SB_LOG_BLOCKS = 96,
    SB_VERSION = 100, /* bits below */
    SB_SECTOR_SIZE = 102,
    SB_INODE_SIZE = 104,
    SB_LABEL = 108,
    SB_LABEL_SIZE = 12,
    SB_INODES_PER_BLOCK_LOG = 123,
    SB_AG_BLOCKS_LOG = 124,
    SB_IN_PROGRESS = 126,   /* not 0: mkfs did not end */
    SB_DIR_BLOCK_LOG = 192, /* directory blocks are block size << n */
    SB_LOG_SECTOR_SIZE = 194,
    SB_LOG_STRIPE_UNIT = 196,
    SB_FEATURES2 = 200,
    SB_FEATURES_INCOMPAT = 216,
    SB_FEATURES_RO_COMPAT = 212,
    SB_CHECKSUM = 224,
    SB_META_UUID = 248,
};

enum {
    VERSION_NUMBER = 0xF,
    VERSION_DIR2 = 0x2000,
    VERSION_IGNORES_CASE = 0x4000,
    VERSION_MORE_BITS = 0x8000, /* SB_FEATURES2 counts */
};

enum { FEATURE2_FTYPE = 0x200 };

enum { RO_COMPAT_REFLINK = 0x4 };

enum {
    INCOMPAT_FTYPE = 0x1,
    INCOMPAT_SPARSE_INODES = 0x2,
    INCOMPAT_META_UUID = 0x4,
    INCOMPAT_BIGTIME = 0x8,
    INCOMPAT_NEEDS_REPAIR = 0x10,
    INCOMPAT_NREXT64 = 0x20,
    INCOMPAT_EXCHANGE = 0x40,
    INCOMPAT_PARENT = 0x80,
    INCOMPAT_METADIR = 0x100,
    INCOMPAT_ZONED = 0x200,
    INCOMPAT_ZONE_GAPS = 0x400,
};

/*
 * Inode:
 *
 *      0      100 or, with version 3, 176
 *      | core | data fork ... | attribute fork |
 *                             ^ 8 * DI_FORK_OFFSET bytes after the data fork's start; 0: at the end
 */
enum {
    DI_MAGIC_VALUE = 0x494E,
    DI_MODE = 2,
    DI_VERSION = 4,
    DI_FORMAT = 5,
    DI_OLD_LINKS = 6, /* of version 1 */
    DI_OWNER = 8,
    DI_GROUP = 12,
    DI_LINKS = 16,
    DI_BIG_EXTENTS = 24, /* 8 bytes, with NREXT64 */
    DI_FLUSHES = 30,     /* of versions 1 and 2: how often it was written */
    DI_MTIME = 40,
    DI_SIZE = 56,
    DI_EXTENTS = 76,
    DI_FORK_OFFSET = 82,
    DI_FLAGS = 90,
    DI_LOGGED_SIZE = 96, /* of versions 1 and 2, in the log */
    DI_CORE_SIZE = 100,  /* of versions 1 and 2 */
    DI_CHECKSUM = 100,
    DI_LSN = 112,
    DI_FLAGS2 = 120,
    DI_NUMBER = 152,
    DI_UUID = 160,
    DI_CORE_SIZE_V3 = 176,
};

enum { FORMAT_LOCAL = 1, FORMAT_EXTENTS = 2, FORMAT_BTREE = 3 };

enum { FLAG_REALTIME = 0x1 };

enum { FLAG2_REFLINK = 0x2, FLAG2_BIGTIME = 0x8, FLAG2_NREXT64 = 0x10 };

/*
 * Extent, 128 bits, the highest first:
 *
 *      | unwritten 1 | block of the file 54 | block of the file system 52 | count of blocks 21 |
 */
enum {
    EXTENT_SIZE = 16,
    EXTENT_COUNT_BITS = 21,
    EXTENT_START_LOW_BITS = 43,
    EXTENT_START_HIGH_BITS = 9
};

#define FILE_BLOCKS_LIMIT (UINT64_C(1) << 54)

/*
 * Tree of extents. The root, in a fork, has a header of 4 bytes (level, count), a block's has 24
 * or, with checksums, 72. Leaves hold extents, nodes as many keys as there is room for, then as
 * many pointers:
 *
 *      root, node   | header | key 8 | key | (free) | pointer 8 | pointer | (free) |    level > 0
 *      leaf         | header | extent 16 | extent | (free) |                           level = 0
 */
enum {
    BTREE_LEVEL_LIMIT = 9,
    BTREE_KEY_SIZE = 8,
    BTREE_RECORD_SIZE = 16, /* of a key and a pointer as well */
    ROOT_LEVEL = 0,
    ROOT_COUNT = 2,
    ROOT_HEADER_SIZE = 4,
    BMAP_MAGIC = 0x424D4150,
    BMAP_MAGIC_V5 = 0x424D4133,
    BMAP_LEVEL = 4,
    BMAP_COUNT = 6,
    BMAP_HEADER_SIZE = 24,
    BMAP_PLACE = 24,
    BMAP_LSN = 32,
    BMAP_OWNER = 56,
    BMAP_CHECKSUM = 64,
    BMAP_HEADER_SIZE_V5 = 72,
};

/*
 * A directory inside of its inode. Inode numbers have 4 bytes, or 8 if any of them needs it; TYPE
 * is there with FTYPE:
 *
 *      | count 1 | count of those with 8 bytes 1 | parent 4 or 8 | entry | entry ...
 *      entry   | name length 1 | tag 2 | name | type 1 | inode 4 or 8 |
 */
enum { SF_COUNT = 0, SF_COUNT_8 = 1, SF_HEADER_SIZE = 2, SFE_NAME = 3 };

/*
 * A larger one is a sparse file of directory blocks: entries, after 32 GiB their index by hash,
 * after 64 GiB what is free. Where all entries are in one block, the index is at its end:
 *
 *      data       | header 16 or 64 | entry | unused | entry ...
 *      one block  | header 16 or 64 | entry ... | hash 4, address 4 | ... | count 4, stale 4 |
 *      entry      | inode 8 | name length 1 | name | type 1, with FTYPE | (free) | tag 2 |  in eights
 *      unused     | FFFF 2 | length 2 | (free) | tag 2 |
 *
 *      leaf       | header 16 or 64 | hash 4, address 4 | ...        sorted by hash
 *      node       | header 16 or 64 | last hash 4, block 4 | ...
 *
 * An address is an entry's place in units of 8 bytes; 0 that of one which was removed.
 */
enum {
    DATA_MAGIC = 0x58443244,
    DATA_MAGIC_V5 = 0x58444433,
    BLOCK_MAGIC = 0x58443242,
    BLOCK_MAGIC_V5 = 0x58444233,
    DATA_CHECKSUM = 4,
    DATA_PLACE = 8,
    DATA_LSN = 16,
    DATA_OWNER = 40,
    DIR_HEADER_SIZE = 16, /* of all four */
    DIR_HEADER_SIZE_V5 = 64,
    DE_UNUSED_TAG = 0xFFFF,
    DE_UNUSED_LENGTH = 2,
    DE_NAME_LENGTH = 8,
    DE_NAME = 9,
    DE_TAG_SIZE = 2,
    DE_ALIGNMENT = 8,
    TAIL_SIZE = 8,
    INDEX_ENTRY_SIZE = 8,
};

#define DIR_INDEX_OFFSET (UINT64_C(1) << 35)

enum {
    INDEX_FORWARD = 0, /* the next block of the same level; 0: none */
    INDEX_MAGIC = 8,
    INDEX_CHECKSUM = 12,
    INDEX_PLACE = 16,
    INDEX_LSN = 24,
    INDEX_OWNER = 48,
    INDEX_COUNT = 12,
    INDEX_LEVEL = 14,
    INDEX_COUNT_V5 = 56,
    INDEX_LEVEL_V5 = 58,
    INDEX_LEVEL_LIMIT = 5,
    LEAF1_MAGIC = 0xD2F1, /* the only one */
    LEAFN_MAGIC = 0xD2FF, /* below nodes */
    NODE_MAGIC = 0xFEBE,
    LEAF1_MAGIC_V5 = 0x3DF1,
    LEAFN_MAGIC_V5 = 0x3DFF,
    NODE_MAGIC_V5 = 0x3EBE,
};

/*
 * A symbolic link's text outside of its inode: with checksums each extent of it begins with a
 * header.
 */
enum {
    LINK_MAGIC = 0x58534C4D,
    LINK_OFFSET = 4,
    LINK_BYTES = 8,
    LINK_CHECKSUM = 12,
    LINK_OWNER = 32,
    LINK_PLACE = 40,
    LINK_LSN = 48,
    LINK_HEADER_SIZE = 56,
};
