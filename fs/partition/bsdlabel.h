/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BSD disklabel, in the byte order of the machine that made it (4.3BSD-Reno and later; NetBSD's
 * sys/sys/disklabel.h, OpenBSD's, FreeBSD's sys/sys/disk/bsd.h). On PCs it lies in sector 1 of a
 * slice or disk; other machines have it in sector 0, at byte 0, 64 or 128:
 *
 *      0       40            112           114       132     136        138          148
 *      | magic | sector size | (sizes ...) | version | magic | checksum | partitions | entries ...
 *
 * The checksum makes the XOR of all 16-bit words, to the last entry's end, 0. An entry of 16 bytes;
 * sectors count from the disk's start, in FreeBSD from that of partition c, which is the slice:
 *
 *      0      4        8                 12     13     14
 *      | size | offset | fragment size   | type | frag | cpg |
 *                      | offset | size   |        in OpenBSD's version 1: their bits above 32
 */
#pragma once

#define LABEL_MAGIC 0x82564557U

enum {
    LABEL_SECTOR_SIZE = 40,
    LABEL_VERSION = 114, /* OpenBSD; 0 elsewhere */
    LABEL_MAGIC2 = 132,
    LABEL_COUNT = 138,
    LABEL_ENTRIES = 148,
    LABEL_ENTRY_SIZE = 16,
    LABEL_PARTITIONS = 22, /* as many as one sector holds */
    LABEL_RAW = 2,         /* FreeBSD's partition c */
};

enum {
    LABEL_SIZE_LOW = 0,
    LABEL_OFFSET_LOW = 4,
    LABEL_OFFSET_HIGH = 8,
    LABEL_SIZE_HIGH = 10,
    LABEL_TYPE = 12,
};

enum { FSTYPE_UNUSED = 0, FSTYPE_FFS = 7, FSTYPE_EXT = 17, FSTYPE_RAID = 19 };
