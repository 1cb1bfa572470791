/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FAT on disk, little-endian. After Microsoft's "FAT: General Overview of On-Disk Format" (FAT32
 * File System Specification, version 1.03).
 *
 *      | boot sector, reserved | FAT | its copy | root directory (FAT12, 16) | cluster 2, 3, ... |
 *
 * The number of clusters makes it FAT12 (below 4085), FAT16 (below 65525) or FAT32. But small
 * volumes are forced to be FAT32, too: what all readers go by then is that the 16-bit size of the
 * FAT is 0.
 *
 * Atari's variant (mkfs.fat -A) begins with a jump of the 68000, has sectors of up to 16 KiB, and no
 * signature, serial number or label in the boot sector.
 *
 * The entry of a cluster in the FAT is the number of the next one of its file; from 0xFF8 (FFF8,
 * FFFFFF8) on it is the last one. Two entries of FAT12 share three bytes, a0..a11 b0..b11.
 */
#pragma once

enum { BOOT_SIZE = 512 };

/* Boot sector */
enum {
    B_JUMP = 0, /* EB or E9; Atari: 60 */
    B_BYTES_PER_SECTOR = 11,
    B_SECTORS_PER_CLUSTER = 13,
    B_RESERVED_SECTORS = 14,
    B_FATS = 16,
    B_ROOT_ENTRIES = 17,
    B_SECTORS_16 = 19,
    B_MEDIA = 21,
    B_FAT_SIZE_16 = 22,
    B_SECTORS_32 = 32,
    B16_STATE = 37,         /* bit 0: not unmounted */
    B16_EXTENDED_MARK = 38, /* 0x29: serial and label follow */
    B16_SERIAL = 39,
    B16_LABEL = 43,
    B32_FAT_SIZE = 36,
    B32_FLAGS = 40,
    B32_ROOT_CLUSTER = 44,
    B32_STATE = 65, /* likewise */
    B32_EXTENDED_MARK = 66,
    B32_SERIAL = 67,
    B32_LABEL = 71,
    B_SIGNATURE = 510, /* 0xAA55; Atari: none */
    LABEL_LENGTH = 11,
};

/* Entry 1 of the FAT says that all was written, and without errors, in its two highest bits. */
enum { CLEAN_FAT16 = 0xC000, CLEAN_FAT32 = 0x0C000000 };

/* Are all FATs alike, or is only one of them up to date? */
enum { FLAGS_ONE_FAT = 0x80, FLAGS_ACTIVE = 0x0F };

enum { CASE_NAME_LOWER = 8, CASE_EXTENSION_LOWER = 16 };

/* The first byte of a name. 0xE5 itself is a letter somewhere, so it is written as 0x05. */
enum { NAME_END = 0, NAME_DELETED = 0xE5, NAME_IS_E5 = 0x05 };

enum { FAT12_LIMIT = 4085, FAT16_LIMIT = 65525 };

/*
 * Directory entry, 32 bytes:
 *
 *      0          8           11           12     20           22     24     26          28
 *      | name     | extension | attributes | case | cluster, high | time | date | low | size |
 *
 * A long name stands before its entry, in pieces of 13 UTF-16 units, last piece first, with the
 * checksum of the short name that it belongs to:
 *
 *      0       1           11     12  13         14          26  28          32
 *      | order | units 0-4 | 0x0F | 0 | checksum | units 5-10 | 0 | units 11-12 |
 */
enum {
    ENTRY_SIZE = 32,
    DIRECTORY_LIMIT = 65536 * ENTRY_SIZE, /* bytes: no directory has more entries */
    D_NAME = 0,                           /* 8.3, blank-padded */
    D_ATTRIBUTES = 11,
    D_CASE = 12,
    D_CLUSTER_HIGH = 20,
    D_TIME = 22,
    D_DATE = 24,
    D_CLUSTER_LOW = 26,
    D_SIZE = 28,
    L_ORDER = 0, /* 1 to 20 */
    L_ORDER_MASK = 0x3F,
    L_ORDER_LAST = 0x40, /* the last piece, which comes first */
    L_CHECKSUM = 13,
    L_UNITS = 13, /* UTF-16 units in a piece */
    L_PIECES = 20,
};

enum {
    ATTRIBUTE_READ_ONLY = 0x01,
    ATTRIBUTE_VOLUME_LABEL = 0x08,
    ATTRIBUTE_DIRECTORY = 0x10,
    ATTRIBUTE_LONG_NAME = 0x0F, /* of ATTRIBUTE_MASK */
    ATTRIBUTE_MASK = 0x3F,
};
