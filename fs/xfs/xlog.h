/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XFS's log on disk. After "XFS Algorithms & Data Structures", 3rd edition, chapter "Journaling
 * Log", and for what came after it xfs_log_format.h's fields. Records' and operations' numbers are
 * big-endian; those of items are the machine's that wrote them (XR_FORMAT).
 *
 * A ring of records, in blocks of 512 bytes. Each block begins with the number of its round (its
 * cycle); what was there before is in the record's headers:
 *
 *      | header | more headers | data ....... | header | data | ...
 *      header         | magic, cycle, version, length, LSN, LSN of the tail, ... | 64 words | ... |
 *      more headers   | cycle | 64 words |   version 2: for each 32 KiB but one of XR_SIZE
 *
 * An LSN is a cycle and a block. From the last record's tail on all records count: the log is
 * between tail and head.
 *
 * The data are operations, each with a piece of a transaction, or the whole of a region of one,
 * which can go on in the next record:
 *
 *      | transaction 4 | length 4 | client | flags | 2 | bytes ... |
 *
 * A transaction's regions are a header and items: a format, which says how many regions the item
 * has, and those.
 *
 *      buffer    | format: a bitmap of pieces of 128 bytes | pieces in a row | ...
 *      inode     | format | core | data fork | attribute fork |   as the format's fields say
 *      creation  | format: where inodes were made |                      its numbers are big-endian
 *      mapping intent        | format: what is to be mapped, or unmapped, of a file |
 *      mapping intent, done  | format: the id of an intent of a transaction before |
 *
 * Intents ("File Block Mapping Intent", the fields of xfs_bui_log_format and xfs_map_extent) tell of what begins in one
 * transaction and ends in another one: all are to be done that are not. Of the other kinds only one would change what is
 * read: exchanges of two files' blocks (0x1248, since Linux 6.10), which are left as far as they had come.
 */
#pragma once

#include <stdint.h>

enum { XLOG_MAGIC = 0xFEEDBABE, XLOG_CLIENT = 0x69 };

/* Record header */
enum {
    XR_CYCLE = 4,
    XR_VERSION = 8,
    XR_LENGTH = 12, /* bytes of data */
    XR_LSN = 16,
    XR_TAIL = 24, /* LSN */
    XR_CHECKSUM = 32,
    XR_OPERATIONS = 40, /* count */
    XR_WORDS = 44,
    XR_WORD_COUNT = 64,
    XR_FORMAT = 300,
    XR_UUID = 304,
    XR_SIZE = 320, /* bytes that a record of this log can have */
    XR_END = 328,  /* of what is summed; 324 where 64 bits are aligned to 32 */
    XR_END_32 = 324,
    XR_MORE_WORDS = 4,
    XR_MORE_END = 260,
};

enum {
    FORMAT_LITTLE_ENDIAN = 1,
    RECORD_VERSION_2 = 2,
    RECORD_DATA_PER_HEADER = 32768,
    RECORD_LIMIT = 262144, /* bytes of data */
    RECORDS_IN_FLIGHT = 8, /* can be torn by a crash */
};

/* Operation */
enum {
    XO_LENGTH = 4,
    XO_CLIENT = 8,
    XO_FLAGS = 9,
    XO_SIZE = 12,
    OPERATION_START = 0x1,
    OPERATION_COMMIT = 0x2,
    OPERATION_CONTINUES = 0x4, /* in the next record */
    OPERATION_CONTINUED = 0x8, /* from the one before */
    OPERATION_UNMOUNT = 0x20,
};

/* Items: the type, and how many regions, begin each format. */
enum {
    XI_TYPE = 0,
    XI_REGIONS = 2,
    ITEM_INODE = 0x123B,
    ITEM_BUFFER = 0x123C,
    ITEM_CREATION = 0x123F,
    ITEM_MAPPING_INTENT = 0x1244,
    ITEM_MAPPING_DONE = 0x1245,
};

enum {
    XB_FLAGS = 4,
    XB_LENGTH = 6, /* blocks of 512 bytes */
    XB_PLACE = 8,  /* likewise */
    XB_WORDS = 16, /* of the bitmap */
    XB_BITMAP = 20,
    XB_PIECE = 128,
    BUFFER_OF_INODES = 0x1, /* only their list of unlinked ones */
    BUFFER_CANCELLED = 0x2, /* nothing of it is to be replayed */
    BUFFER_TYPE_SHIFT = 11,
};

enum {
    XN_FIELDS = 4,
    XN_NUMBER = 16,
    XN_PLACE = 40, /* of the buffer that the inode is in */
    XN_LENGTH = 48,
    XN_SIZE = 56,
    FIELDS_FORK_AS_ON_DISK = 0x2 | 0x4, /* data, or a list of extents */
    FIELDS_ROOT = 0x8,                  /* a tree's, as a block: with a block's header */
};

enum { XC_GROUP = 4, XC_BLOCK = 8, XC_LENGTH = 20 /* blocks */, XC_SIZE = 28 };

/* Mapping intent: Linux gives each one extent. Where it says that one is done, only the id follows. */
enum { XM_COUNT = 4 /* of extents */, XM_ID = 8, XM_DONE_SIZE = 16, XM_EXTENT = 16, XM_SIZE = 48 };

/* Its extent */
enum {
    XM_INODE = 0,
    XM_START = 8,   /* block of the file system */
    XM_FIRST = 16,  /* block of the file */
    XM_LENGTH = 24, /* blocks */
    XM_FLAGS = 28,
    XM_EXTENT_SIZE = 32,
    MAPPING_TYPE = 0xFF,
    MAPPING_MAP = 1,
    MAPPING_UNMAP = 2,
};

#define MAPPING_UNWRITTEN (UINT32_C(1) << 30)
#define MAPPING_UNREAD    (UINT32_C(5) << 29) /* attributes' fork, or realtime volume */
