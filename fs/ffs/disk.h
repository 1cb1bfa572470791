/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FFS on disk, in the byte order of the machine that made it. After NetBSD's sys/ufs/ffs/fs.h,
 * sys/ufs/ufs/dinode.h and sys/ufs/ufs/dir.h, and "A Fast File System for UNIX" (McKusick and
 * others, 1984).
 *
 *                  0           8 or 64 KiB  fs_sblkno                  fs_iblkno
 *      group 0     | boot area | superblock | its copy  | group header | inodes ... | data ... |
 *      group 1     | data ...               | a copy    | group header | inodes ... | data ... |
 *      ...
 *
 * A block is 1, 2, 4 or 8 fragments. All addresses count fragments. A file's last block can be some
 * fragments only, if it is one of the first twelve.
 */
#pragma once

enum { SUPER_SIZE = 1376 };

/* Where the superblock can be, in bytes: in the order in which kernels look for it. */
enum {
    SUPER_PLACE_V2 = 65536, /* a copy, in old FFSv1 with 64 KiB blocks */
    SUPER_PLACE_V1 = 8192,  /* FFSv2, too, as makefs writes it */
    SUPER_PLACE_FLOPPY = 0,
    SUPER_PLACE_PIGGY = 262144,
};

#define MAGIC_V1    0x00011954U
#define MAGIC_V2    0x19540119U
#define MAGIC_V2_EA 0x19012038U /* NetBSD 10: with extended attributes */

/* Superblock, `struct fs` */
enum {
    FS_SBLKNO = 8,        /* superblock copy, fragments from a group's start */
    FS_IBLKNO = 16,       /* inode table, fragments from a group's start */
    FS_DBLKNO = 20,       /* data, likewise */
    FS_OLD_CGOFFSET = 24, /* FFSv1 */
    FS_OLD_CGMASK = 28,   /* FFSv1 */
    FS_OLD_SIZE = 36,     /* FFSv1, before FLAGS_UPDATED */
    FS_NCG = 44,
    FS_BSIZE = 48,
    FS_FSIZE = 52,
    FS_FRAG = 56,
    FS_SBSIZE = 104, /* bytes of the superblock */
    FS_ID = 144,
    FS_IPG = 184,
    FS_FPG = 188,
    FS_CLEAN = 209,
    FS_OLD_FLAGS = 211,
    FS_VOLNAME = 680,
    FS_VOLNAME_SIZE = 32,
    FS_SBLOCKLOC = 1000,
    FS_SIZE = 1080,
    FS_CKHASH = 1304,     /* FreeBSD: the superblock's check hash */
    FS_METACKHASH = 1308, /* FreeBSD: what has one, CK_... */
    FS_FLAGS = 1312,
    FS_MAXSYMLINKLEN = 1320,
    FS_MAGIC = 1372,
};

enum {
    OLD_FLAGS_UPDATED = 0x80,
    FLAGS_LOG_IN_USE = 0x100, /* FS_DOWAPBL: wapbl.h */
    FLAGS_CHECK_HASHES =
        0x200, /* FreeBSD's FS_METACKHASH; NetBSD has quotas there, and no CK_... */
};

/* Bits of FS_METACKHASH. Each sum is CRC-32C, begun with ~0, with the sum itself as 0. */
enum { CK_SUPERBLOCK = 0x1, CK_INODE = 0x4 };

/*
 * Inode: 128 bytes in FFSv1, 256 in FFSv2
 *
 *      FFSv1  0      8      16               40                 88                104             128
 *             | mode | size | times          | 12 x 32 bits     | single, double, | blocks, owner |
 *      FFSv2  0      16     24       32      112                208  triple       232      256
 *             | mode | size | blocks | times | 12 x 64 bits     | indirect        |        |
 */
enum {
    ROOT_INODE = 2,
    INODE_SIZE_V1 = 128,
    INODE_SIZE_V2 = 256,
    DI_MODE = 0,
    DI_LINKS = 2,
    DI1_OLD_OWNER = 4, /* 16 bits, as are the group's: 4.2BSD's */
    DI1_OLD_GROUP = 6,
    DI1_SIZE = 8,
    DI1_MTIME = 24, /* 32 bits */
    DI1_MTIME_NANOSECONDS = 28,
    DI1_POINTERS = 40,
    DI1_BLOCKS = 104,
    DI1_OWNER = 112,
    DI1_GROUP = 116,
    DI2_OWNER = 4,
    DI2_GROUP = 8,
    DI2_SIZE = 16,
    DI2_BLOCKS = 24,
    DI2_MTIME = 40, /* 64 bits */
    DI2_MTIME_NANOSECONDS = 64,
    DI2_POINTERS = 112,
    DI2_CKHASH = 244, /* FreeBSD */
};

enum { DIRECT_BLOCKS = 12, INDIRECT_LEVELS = 3, POINTERS = DIRECT_BLOCKS + INDIRECT_LEVELS };

/* Bytes of an inode's block addresses, or of a short link's text. */
enum { POINTERS_SIZE_V1 = POINTERS * 4, POINTERS_SIZE_V2 = POINTERS * 8 };

/*
 * Directory entry, a multiple of 4 bytes that does not leave its 512 bytes (Apple's: 1024);
 * 4.2BSD's have a name length of two bytes in place of type and length
 *
 *      0       4               6      7             8
 *      | inode | record length | type | name length | name, NUL |
 */
enum {
    DIRECTORY_BLOCK = 512,
    D_INODE = 0,
    D_RECORD = 4, /* the whole entry's; inode 0: nothing in it */
    D_TYPE = 6,   /* 4 directory, 8 file, 10 link */
    D_NAME_LENGTH = 7,
    D_NAME = 8,
};

/*
 * Apple's UFS is a big-endian FFSv1 with larger directory blocks, which a label before the
 * superblock tells. All of its 16-bit words add up to 0xFFFF, carries included.
 *
 *      7168    4          6        16            18
 *      | LABL | checksum | ...... | name length | name ... |
 */
#define APPLE_MAGIC 0x4C41424CU

enum {
    APPLE_LABEL = 7168,
    APPLE_LABEL_SIZE = 1024,
    APPLE_NAME_LENGTH = 16,
    APPLE_NAME = 18,
    APPLE_DIRECTORY_BLOCK = 1024,
};
