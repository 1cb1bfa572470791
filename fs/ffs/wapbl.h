/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * WAPBL, the log that NetBSD keeps of FFS's metadata (sys/sys/wapbl_replay.h,
 * sys/ufs/ufs/ufs_wapbl.h). All numbers, and those in the superblock that say where the log lies,
 * are in the byte order of the machine that wrote it, which need not be the file system's.
 *
 *      0          1 block    circ_off                                          circ_off + circ_size
 *      | header A | header B | ... new |          (free)            | old ... | ... |
 *                                      ^ head                       ^ tail
 *
 * The headers are written in turn; the one of the higher generation counts. Offsets count bytes
 * from the log's start; head = tail = 0: it is empty, one before circ_off: it means that. Header
 *
 *      0      4        12           36        40       48     56     64         72
 *      | type | length | generation | version | shifts | head | tail | circ_off | circ_size |
 *
 * From tail to head there are records, of whole blocks. Each begins with one block:
 *
 *      0      4        8       16
 *      | type | length | count | count x (address, unused, bytes): 8 + 4 + 4 |
 *
 *      blocks        the payload of each follows, wherever the ring ends: what is to be written
 *      revocations   nothing follows: what was logged before of these is not to be written
 *      inodes        files to be freed, which do not matter to a reader
 *
 * Addresses count 512 bytes from the file system's start.
 */
#pragma once

#define WAPBL_HEADER      0x5741424CU
#define WAPBL_INODES      0x5741424DU
#define WAPBL_REVOCATIONS 0x5741424EU
#define WAPBL_BLOCKS      0x5741424FU

enum { WAPBL_VERSION = 1, WAPBL_ADDRESS_UNIT = 512 };

/* In the superblock; NetBSD's alone */
enum {
    FS_JOURNAL_VERSION = 864,  /* one byte */
    FS_JOURNAL_LOCATION = 865, /* one byte: 0 none, 1 after the file system, 2 inside of it */
    FS_JOURNAL_FLAGS = 868,
    FS_JOURNAL_ADDRESS = 872, /* 64 bits each: in units of the third, which is in bytes */
    FS_JOURNAL_COUNT = 880,
    FS_JOURNAL_UNIT = 888,
    JOURNAL_FLAG_CLEAR = 2, /* the log is to be cleared, not replayed */
};

enum {
    WH_GENERATION = 12,
    WH_VERSION = 36,
    WH_LOG_SHIFT = 40,
    WH_HEAD = 48,
    WH_TAIL = 56,
    WH_RING = 64,
    WH_RING_SIZE = 72,
    WH_SIZE = 80,
};

enum {
    WR_TYPE = 0,
    WR_LENGTH = 4,
    WR_COUNT = 8,
    WR_ENTRIES = 16,
    WR_ENTRY_SIZE = 16,
    WE_ADDRESS = 0,
    WE_BYTES = 12,
};
