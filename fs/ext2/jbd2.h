/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jbd2, the journal that ext3 and ext4 keep of their metadata (the Linux kernel's
 * Documentation/filesystems/ext4/journal.rst). It is a file of blocks of the file system's size;
 * all numbers are big-endian.
 *
 *      0            first                                                        maxlen
 *      | superblock | ... new |    (free)    | transaction | transaction | ... new |
 *                                            ^ start: its number is `sequence`
 *
 * What is past the last block is at `first`. A transaction ends with its commit; one without does
 * not count. Its own blocks begin with a header:
 *
 *      0       4      8          12
 *      | magic | type | sequence |
 *
 *      descriptor   | header | tag | tag ... |                   each tag's block is after it
 *      tag          | block 4 | checksum 2 | flags 2 | high 4 |  `high` with 64BIT; V2: and 2 bytes
 *      tag with V3  | block 4 | flags 4 | high 4 | checksum 4 |
 *      revocation   | header | bytes in use 4 | block | ... |    4 bytes each, with 64BIT 8
 *      commit       | header | type, size, 2 unused | checksum 4 | ... | seconds 8 at 48 | ... |
 *
 * A UUID follows a tag without SAME_UUID. A block that begins with the magic number has zeros in
 * its place, and ESCAPED in its tag. What a revocation lists is not to be written from its
 * transaction or one before it.
 *
 * With V2 and V3 descriptors and revocations end with a checksum of 4 bytes. All are CRC32C, begun
 * with the UUID's: of a block with zeros where the checksum is; in a tag, of the sequence and the
 * block that follows. The superblock's is begun with nothing.
 */
#pragma once

#define JBD2_MAGIC 0xC03B3998U

enum { JBD2_DESCRIPTOR = 1, JBD2_COMMIT = 2, JBD2_REVOCATION = 5 };

/* Header */
enum { JH_TYPE = 4, JH_SEQUENCE = 8, JH_SIZE = 12 };

/* Superblock: types 3 and, with features, 4 */
enum {
    JBD2_SUPER_V1 = 3,
    JBD2_SUPER_V2 = 4,
    JS_BLOCK_SIZE = 12,
    JS_MAXLEN = 16, /* blocks */
    JS_FIRST = 20,
    JS_SEQUENCE = 24,
    JS_START = 28, /* 0: it is empty */
    JS_FEATURE_INCOMPAT = 40,
    JS_UUID = 48,
    JS_UUID_SIZE = 16,
    JS_USERS = 64, /* file systems whose journal it is */
    JS_CHECKSUM_TYPE = 80,
    JS_FAST_COMMIT_BLOCKS = 84, /* at the journal's end; 0: FAST_COMMIT_BLOCKS */
    JS_CHECKSUM = 252,
    JS_SIZE = 1024,
    FAST_COMMIT_BLOCKS = 256,
    CHECKSUM_TYPE_CRC32C = 4,
};

enum {
    JBD2_64BIT = 0x2,
    JBD2_CSUM_V2 = 0x8,
    JBD2_CSUM_V3 = 0x10,
    JBD2_FAST_COMMIT = 0x20,
    JBD2_READABLE = 0x3F, /* those, revocations, commits that are not waited for */
};

/* Tag */
enum {
    JT_CHECKSUM_V2 = 4, /* the low 16 bits */
    JT_FLAGS = 6,
    JT_HIGH = 8,
    JT_SIZE = 8,
    JT3_FLAGS = 4,
    JT3_CHECKSUM = 12,
    JT3_SIZE = 16,
    TAG_ESCAPED = 1,
    TAG_SAME_UUID = 2,
    TAG_LAST = 8,
};

enum {
    JR_SIZE = 12,
    JR_BLOCKS = 16,
    JC_CHECKSUM = 16,
    JC_SECONDS = 48,
    JC_SIZE = 60,
    J_CHECKSUM_SIZE = 4
};
