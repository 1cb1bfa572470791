/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GUID partition table (UEFI specification, 5.3). Everything counts blocks of the device's own
 * size, little-endian. The backup has the same fields, in the last block, with a table of its own:
 *
 *      block 0          1        2                     ...                        last
 *      | protective MBR | header | entries ... | partitions ... | entries ... | backup header |
 *
 * Header
 *
 *      0           8         12     16    24     32      72      80      84     88
 *      | signature | version | size | CRC | self | other | table | count | size | CRC of table |
 *
 * Entry, 128 bytes or twice that and so on
 *
 *      0      16       32      40     48      56
 *      | type | unique | first | last | flags | name, 36 x UTF-16 |
 */
#pragma once

#define GPT_SIGNATURE "EFI PART"

enum {
    GPT_HEADER_LENGTH = 12, /* bytes that its CRC covers */
    GPT_HEADER_CRC = 16,
    GPT_SELF = 24,
    GPT_TABLE = 72,
    GPT_ENTRY_COUNT = 80,
    GPT_ENTRY_LENGTH = 84,
    GPT_TABLE_CRC = 88,
    GPT_HEADER_SIZE = 92,
};

enum {
    GPT_TYPE = 0, /* all zeros: unused */
    GPT_FIRST = 32,
    GPT_LAST = 40, /* the partition's last block, which belongs to it */
    GPT_NAME = 56,
    GPT_NAME_UNITS = 36,
    GPT_ENTRY_SIZE = 128,
    GPT_ENTRY_SIZE_LIMIT = 4096,
    GPT_TABLE_SIZE_LIMIT = 1 << 20,
};
