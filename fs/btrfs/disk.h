/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What btrfs keeps on disk: "On-disk Format" and "Trees" in the documentation of btrfs, and the fields
 * of Linux's include/uapi/linux/btrfs_tree.h. All numbers are little-endian.
 *
 *      superblock: key of a chunk, chunk ...  -> chunk tree: all chunks
 *          |
 *          |-- root tree: ROOT_ITEM of each tree -> checksum tree: of data
 *          |                                     -> top-level subvolume (5), other subvolumes
 *          `-- log tree: ROOT_ITEM of each subvolume's log
 *
 * Addresses are logical. A chunk says where a range of them lies, on one device or several.
 *
 *      logical   |...[ chunk 1 ].....[ chunk 2, RAID 1 ]......|
 *                     |                 |          `-----.
 *      devices   |..[======]..[==============]..|    |..[==============]...|
 *
 * Every tree is a B-tree of blocks of one size. Keys are (object, type, offset).
 *
 *      node   | header | key, block, generation | key, block, generation | ...        |
 *      leaf   | header | key, offset, size | key, offset, size | ... free ... | data | data |
 *
 * Offsets in a leaf count from the header's end.
 */
#pragma once

/* ---- the superblock ------------------------------------------------------------------------- */

/*
 *      0          32     48     56      64      72           80     88       96
 *      | checksum | fsid | byte | flags | magic | generation | root | chunks | log root | ...
 */
#define BTRFS_MAGIC "_BHRfS_M"

enum {
    SUPER_PLACE = 0x10000, /* its copies: at 64 MiB and 256 GiB */
    SUPER_SIZE = 4096,
    SUPER_COPIES = 3,

    SUPER_FSID = 0x20,
    SUPER_BYTE = 0x30, /* where this copy lies on its device */
    SUPER_MAGIC = 0x40,
    SUPER_GENERATION = 0x48,
    SUPER_ROOT = 0x50,
    SUPER_CHUNK_ROOT = 0x58,
    SUPER_LOG_ROOT = 0x60,
    SUPER_DEVICES = 0x88, /* how many */
    SUPER_SECTOR_SIZE = 0x90,
    SUPER_NODE_SIZE = 0x94,
    SUPER_SYSTEM_SIZE = 0xA0, /* bytes of its own chunks */
    SUPER_CHUNK_GENERATION = 0xA4,
    SUPER_INCOMPATIBLE = 0xBC,
    SUPER_CHECKSUM = 0xC4, /* which kind */
    SUPER_ROOT_LEVEL = 0xC6,
    SUPER_CHUNK_LEVEL = 0xC7,
    SUPER_LOG_LEVEL = 0xC8,
    SUPER_DEVICE = 0xC9, /* the device that it is on */
    SUPER_LABEL = 0x12B,
    SUPER_LABEL_SIZE = 256,
    SUPER_METADATA_UUID = 0x23B, /* in blocks instead of the fsid, by INCOMPAT_METADATA_UUID */
    SUPER_SYSTEM = 0x32B,        /* keys and chunks, those of the chunk tree */
    SUPER_SYSTEM_LIMIT = 2048,

    DEVICE_ID = 0, /* in SUPER_DEVICE */
    DEVICE_UUID = 66,

    UUID_BYTES = 16,
    CHECKSUM_BYTES = 32, /* room for one, in the superblock and in blocks */
};

enum btrfs_checksum { CHECKSUM_CRC32C, CHECKSUM_XXHASH, CHECKSUM_SHA256, CHECKSUM_BLAKE2B };

enum {
    INCOMPAT_MIXED_BACKREF = 0x1,
    INCOMPAT_DEFAULT_SUBVOLUME = 0x2,
    INCOMPAT_MIXED_GROUPS = 0x4,
    INCOMPAT_LZO = 0x8,
    INCOMPAT_ZSTD = 0x10,
    INCOMPAT_BIG_METADATA = 0x20,
    INCOMPAT_EXTENDED_REF = 0x40,
    INCOMPAT_RAID56 = 0x80,
    INCOMPAT_SKINNY_METADATA = 0x100,
    INCOMPAT_NO_HOLES = 0x200,
    INCOMPAT_METADATA_UUID = 0x400,
    INCOMPAT_RAID1C34 = 0x800,
    INCOMPAT_ZONED = 0x1000,
    INCOMPAT_EXTENT_TREE_V2 = 0x2000,
    INCOMPAT_RAID_STRIPE_TREE = 0x4000,
    INCOMPAT_SIMPLE_QUOTA = 0x10000,
    INCOMPAT_REMAP_TREE = 0x20000,
};

/* ---- blocks of trees ------------------------------------------------------------------------ */

/*
 *      0          32     48     56      64           80           88      96      100     101
 *      | checksum | fsid | byte | flags | chunk uuid | generation | owner | count | level | items ...
 */
enum {
    BLOCK_FSID = 32,
    BLOCK_BYTE = 48,
    BLOCK_GENERATION = 80,
    BLOCK_COUNT = 96,
    BLOCK_LEVEL = 100,
    BLOCK_HEADER_SIZE = 101,

    KEY_OBJECT = 0,
    KEY_TYPE = 8,
    KEY_OFFSET = 9,
    KEY_SIZE = 17,

    ITEM_OFFSET = 17, /* in a leaf */
    ITEM_SIZE = 21,
    ITEM_BYTES = 25,

    POINTER_BLOCK = 17, /* in a node */
    POINTER_GENERATION = 25,
    POINTER_BYTES = 33,

    LEVELS = 8,
    BLOCK_LEAST = 4096, /* bytes of sectors and blocks */
    BLOCK_LIMIT = 65536,
};

/* ---- objects, and types of keys ------------------------------------------------------------- */

#define ROOT_DIRECTORY UINT64_C(6) /* in the root tree, with the entry "default" */
#define CHECKSUM_TREE  UINT64_C(7)
#define TOP_LEVEL      UINT64_C(5)   /* the subvolume in which all others lie */
#define FIRST_OBJECT   UINT64_C(256) /* of subvolumes; in each, its root directory */
#define LAST_OBJECT    UINT64_C(-256)
#define CHUNKS         UINT64_C(256) /* in the chunk tree */
#define CHECKSUMS      UINT64_C(-10) /* in the checksum tree */
#define LOGS           UINT64_C(-6)  /* in the log tree: of the subvolumes */

enum btrfs_type {
    TYPE_INODE = 1,
    TYPE_INODE_REF = 12, /* (inode, directory): index, length of name, name; ... */
    TYPE_INODE_EXTREF = 13,
    TYPE_LOG_INDEX = 72,     /* (directory, first index): last one that a log knows all of */
    TYPE_DIR_ITEM = 84,      /* (directory, hash of the name) */
    TYPE_DIR_INDEX = 96,     /* (directory, number): the same entries, as they were made */
    TYPE_EXTENT_DATA = 108,  /* (inode, byte of the file) */
    TYPE_CHECKSUM = 128,     /* (CHECKSUMS, logical): one for each sector from there on */
    TYPE_ROOT = 132,         /* (tree, generation of a snapshot) */
    TYPE_ROOT_BACKREF = 144, /* (subvolume, the one that it lies in) */
    TYPE_CHUNK = 228,        /* (CHUNKS, logical) */
};

/* ---- items ---------------------------------------------------------------------------------- */

/*
 *      chunk:  0        8       16             24     32         44      46
 *              | length | owner | stripe bytes | type | I/O ...  | count | of copies | stripes ...
 *
 *      stripe: 0        8        16
 *              | device | offset | its uuid |
 */
enum {
    CHUNK_LENGTH = 0,
    CHUNK_STRIPE_LENGTH = 16,
    CHUNK_TYPE = 24,
    CHUNK_STRIPES = 44,
    CHUNK_SUBSTRIPES = 46, /* copies, of RAID 10 alone */
    CHUNK_HEADER_SIZE = 48,

    STRIPE_DEVICE = 0,
    STRIPE_OFFSET = 8,
    STRIPE_UUID = 16,
    STRIPE_SIZE = 32,

    PROFILE_RAID0 = 0x8,
    PROFILE_RAID1 = 0x10,
    PROFILE_DUP = 0x20,
    PROFILE_RAID10 = 0x40,
    PROFILE_RAID5 = 0x80,
    PROFILE_RAID6 = 0x100,
    PROFILE_RAID1C3 = 0x200,
    PROFILE_RAID1C4 = 0x400,
    PROFILES = 0x7F8,
    CHUNK_TYPES = 0x7, /* data, system, metadata */
};

/* The root of a tree. Before its own fields there is an inode, which means nothing. */
enum {
    ROOT_GENERATION = 160,
    ROOT_BLOCK = 176,
    ROOT_REFERENCES = 216, /* 0: it has been deleted */
    ROOT_LEVEL = 238,
    ROOT_SIZE = 239,

    ROOT_REF_DIRECTORY = 0, /* in which the subvolume lies */
    ROOT_REF_NAME_LENGTH = 16,
    ROOT_REF_NAME = 18,
};

enum {
    INODE_GENERATION = 0,
    INODE_BYTES = 16, /* of the file */
    INODE_LINKS = 40,
    INODE_OWNER = 44,
    INODE_GROUP = 48,
    INODE_MODE = 52,
    INODE_DEVICE = 56,
    INODE_FLAGS = 64,
    INODE_MTIME = 136,
    INODE_SIZE = 160, /* of the item */

    INODE_NO_CHECKSUMS = 1, /* flag */
};

/*
 * An entry of a directory; several with the same hash are in one item.
 *
 *      0     17           25          27          29     30
 *      | key | generation | data size | name size | type | name | data |
 */
enum {
    ENTRY_DATA_LENGTH = 25,
    ENTRY_NAME_LENGTH = 27,
    ENTRY_TYPE = 29,
    ENTRY_NAME = 30,

    ENTRY_FILE = 1,
    ENTRY_DIRECTORY = 2,
    ENTRY_LINK = 7,

    NAME_LIMIT = 255,

    REF_NAME_LENGTH = 8, /* in an INODE_REF */
    REF_NAME = 10,
    EXTREF_DIRECTORY = 0,
    EXTREF_NAME_LENGTH = 16,
    EXTREF_NAME = 18,
};

/*
 * A piece of a file: its bytes, or where they lie. Of what is packed, `offset` counts unpacked bytes.
 *
 *      0            8                16       17               20     21
 *      | generation | unpacked bytes | packed | other codings  | type | inline bytes ...
 *                                                                     | block | its size | offset | length |
 *                                                                     21      29         37       45
 */
enum {
    EXTENT_UNPACKED = 8,
    EXTENT_PACKING = 16,
    EXTENT_ENCRYPTION = 17,
    EXTENT_OTHER_ENCODING = 18,
    EXTENT_TYPE = 20,
    EXTENT_INLINE = 21,
    EXTENT_BLOCK = 21, /* logical; 0: a hole */
    EXTENT_BLOCK_SIZE = 29,
    EXTENT_FIRST = 37, /* byte of what lies there */
    EXTENT_BYTES = 45, /* of the file */
    EXTENT_SIZE = 53,

    TYPE_INLINE = 0,
    TYPE_REGULAR = 1,
    TYPE_PREALLOCATED = 2,

    PACKED_NOT = 0,
    PACKED_ZLIB = 1,
    PACKED_LZO = 2,
    PACKED_ZSTD = 3,
    PACKED_LIMIT = 128 << 10, /* bytes of a packed extent, packed and unpacked */
};
