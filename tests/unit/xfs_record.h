/* SPDX-License-Identifier: BSD-2-Clause */
/* Records for XFS's log, with a transaction that has items of one region each. */
#pragma once

#include "fs/xfs/xlog.h"
#include "tests/unit/xfs_image.h"

struct xfs_record {
    uint8_t bytes[BASIC_BLOCK + RECORD_DATA_PER_HEADER];
    size_t end; /* of what has been put into it */
    unsigned operations;
};

static inline void xfs_record_add(struct xfs_record *record, uint8_t flags, const uint8_t *bytes,
                                  uint32_t length)
{
    uint8_t *operation = record->bytes + record->end;
    assert_true(record->end + XO_SIZE + length <= sizeof record->bytes);
    memset(operation, 0, XO_SIZE);
    operation[3] = 1; /* its transaction */
    xfs_image_put32(operation + XO_LENGTH, length);
    operation[XO_CLIENT] = XLOG_CLIENT;
    operation[XO_FLAGS] = flags;
    if (length != 0) {
        memcpy(operation + XO_SIZE, bytes, length);
    }
    record->end += XO_SIZE + length;
    record->operations++;
}

static inline void xfs_record_begin(struct xfs_record *record)
{
    static const uint8_t header[16] = {'N', 'A', 'R', 'T'};
    memset(record, 0, sizeof *record);
    record->end = BASIC_BLOCK;
    xfs_record_add(record, OPERATION_START, NULL, 0);
    xfs_record_add(record, 0, header, sizeof header);
}

/* A mapping intent; and that one is done. */
static inline void xfs_record_intend(struct xfs_record *record, uint64_t id, uint64_t inode,
                                     uint64_t first, uint64_t start, uint32_t count, uint32_t flags)
{
    uint8_t item[XM_SIZE] = {0}, *extent = item + XM_EXTENT;
    put_le16(item, ITEM_MAPPING_INTENT);
    put_le16(item + XI_REGIONS, 1);
    put_le32(item + XM_COUNT, 1);
    put_le64(item + XM_ID, id);
    put_le64(extent + XM_INODE, inode);
    put_le64(extent + XM_START, start);
    put_le64(extent + XM_FIRST, first);
    put_le32(extent + XM_LENGTH, count);
    put_le32(extent + XM_FLAGS, flags);
    xfs_record_add(record, 0, item, sizeof item);
}

static inline void xfs_record_say_done(struct xfs_record *record, uint64_t id)
{
    uint8_t item[XM_DONE_SIZE] = {0};
    put_le16(item, ITEM_MAPPING_DONE);
    put_le16(item + XI_REGIONS, 1);
    put_le64(item + XM_ID, id);
    xfs_record_add(record, 0, item, sizeof item);
}

/* Ends it, and writes it behind the log's last one, `last`. It has yet to be summed. */
static inline void xfs_record_end(struct xfs_record *record, uint8_t *last)
{
    uint32_t blocks = 1 + (be32(last + XR_LENGTH) + BASIC_BLOCK - 1) / BASIC_BLOCK, length;
    uint8_t *header = record->bytes;
    xfs_record_add(record, OPERATION_COMMIT, NULL, 0);
    length = (uint32_t)(record->end - BASIC_BLOCK + BASIC_BLOCK - 1) / BASIC_BLOCK * BASIC_BLOCK;
    memcpy(header, last, BASIC_BLOCK);
    xfs_image_put32(header + XR_LSN + 4, be32(last + XR_LSN + 4) + blocks);
    xfs_image_put32(header + XR_LENGTH, length);
    xfs_image_put32(header + XR_OPERATIONS, record->operations);
    for (uint32_t block = 0; block < length / BASIC_BLOCK; block++) {
        uint8_t *bytes = header + BASIC_BLOCK + (size_t)block * BASIC_BLOCK;
        memcpy(header + XR_WORDS + (size_t)block * 4, bytes, 4);
        memcpy(bytes, header + XR_CYCLE, 4);
    }
    memcpy(last + (size_t)blocks * BASIC_BLOCK, header, BASIC_BLOCK + length);
}
