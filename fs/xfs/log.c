/* SPDX-License-Identifier: BSD-2-Clause */
/* Records, and their operations. */
#include "fs/xfs/log.h"

#include <string.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/log_ring.h"
#include "fs/xfs/xfs.h"
#include "fs/xfs/xlog.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/crc32c.h"
#include "lib/error.h"
#include "lib/log.h"

int log_wrong(const struct xfs_log *log, const char *what)
{
    return fail(log->volume->log, ERR_CORRUPT,
                "%s: XFS log cannot be replayed: its %s cannot be right; files written last may be "
                "read as they were before",
                log->volume->source->name, what);
}

/* ---- blocks of the ring --------------------------------------------------------------------- */

uint32_t log_after(const struct xfs_log *log, uint32_t block, uint32_t count)
{
    return (uint32_t)(((uint64_t)block + count) % log->size);
}

uint32_t log_distance(const struct xfs_log *log, uint32_t from, uint32_t to)
{
    return to >= from ? to - from : log->size - from + to;
}

int log_read(const struct xfs_log *log, uint32_t block, uint32_t count, uint8_t *bytes)
{
    uint32_t first = (uint32_t)min_u64(count, log->size - block);
    size_t size = (size_t)first * BASIC_BLOCK;
    int error = volume_read(log->volume, log->start + (uint64_t)block * BASIC_BLOCK, bytes, size);
    if (error != 0 || first == count) {
        return error;
    }
    return volume_read(log->volume, log->start, bytes + size,
                       (size_t)(count - first) * BASIC_BLOCK);
}

/* ---- records -------------------------------------------------------------------------------- */

uint32_t log_headers(const uint8_t *header)
{
    bool is_v2 = (be32(header + XR_VERSION) & RECORD_VERSION_2) != 0;
    uint32_t size = is_v2 ? be32(header + XR_SIZE) : 0;
    return size <= RECORD_DATA_PER_HEADER
               ? 1
               : (uint32_t)((min_u64(size, RECORD_LIMIT) + RECORD_DATA_PER_HEADER - 1) /
                            RECORD_DATA_PER_HEADER);
}

uint32_t log_blocks(const uint8_t *header)
{
    uint64_t length = be32(header + XR_LENGTH);
    return log_headers(header) +
           (uint32_t)((min_u64(length, RECORD_LIMIT) + BASIC_BLOCK - 1) / BASIC_BLOCK);
}

bool log_is_header(const struct xfs_log *log, const uint8_t *bytes)
{
    return be32(bytes) == XLOG_MAGIC && be32(bytes + XR_LENGTH) <= RECORD_LIMIT &&
           log_blocks(bytes) < log->size;
}

static uint32_t sum_of(const struct xfs_log *log, uint32_t end)
{
    static const uint8_t zeros[4];
    uint32_t after = XR_CHECKSUM + (uint32_t)sizeof zeros;
    uint32_t summed = (log->length + RECORD_DATA_PER_HEADER - 1) / RECORD_DATA_PER_HEADER;
    uint32_t sum = crc32c(UINT32_MAX, log->record, XR_CHECKSUM);
    sum = crc32c(sum, zeros, sizeof zeros);
    sum = crc32c(sum, log->record + after, end - after);
    for (uint32_t i = 1; i < summed && i < log->headers; i++) {
        sum = crc32c(sum, log->record + (size_t)i * BASIC_BLOCK, XR_MORE_END);
    }
    return ~crc32c(sum, log->record + (size_t)log->headers * BASIC_BLOCK, log->length);
}

/* Linux did not always sum the records of version 4. */
static bool is_whole(const struct xfs_log *log)
{
    const struct xfs *xfs = log->volume->private;
    uint32_t checksum = le32(log->record + XR_CHECKSUM);
    if (!xfs->has_checksums && checksum == 0) {
        return true;
    }
    return checksum == sum_of(log, XR_END) || checksum == sum_of(log, XR_END_32);
}

/* Puts back what the cycles took the place of. */
static void restore_words(struct xfs_log *log)
{
    for (uint32_t i = 0; i < log->blocks - log->headers; i++) {
        uint32_t header = i / XR_WORD_COUNT, word = i % XR_WORD_COUNT;
        size_t words = header == 0 ? XR_WORDS : (size_t)header * BASIC_BLOCK + XR_MORE_WORDS;
        if (header < log->headers) {
            memcpy(log->record + ((size_t)log->headers + i) * BASIC_BLOCK,
                   log->record + words + (size_t)word * 4, 4);
        }
    }
}

int log_load(struct xfs_log *log, uint32_t block)
{
    if (log->record_at == block) {
        return 1;
    }
    log->record_at = log->size;
    int error = log_read(log, block, 1, log->record);
    if (error != 0) {
        return error;
    }
    if (!log_is_header(log, log->record)) {
        return 0;
    }
    log->headers = log_headers(log->record);
    log->blocks = log_blocks(log->record);
    log->length = be32(log->record + XR_LENGTH);
    log->operations = be32(log->record + XR_OPERATIONS);
    if (log->blocks > log->loads) {
        return log_wrong(log, "order of transactions");
    }
    log->loads -= log->blocks;
    error = log_read(log, block, log->blocks, log->record);
    if (error != 0 || !is_whole(log)) {
        return error;
    }
    restore_words(log);
    log->record_at = block;
    return 1;
}

/* ---- operations ----------------------------------------------------------------------------- */

struct log_place log_begin(const struct xfs_log *log)
{
    return (struct log_place){.block = log->tail, .left = log_distance(log, log->tail, log->head)};
}

/*
 * Loads the record at *place, or the next one if all of it is past. Returns 1, 0 at the head, or an
 * error.
 */
static int enter_record(struct xfs_log *log, struct log_place *place)
{
    while (place->left > 0) {
        int loaded = log_load(log, place->block);
        if (loaded <= 0) {
            return loaded < 0 ? loaded : log_wrong(log, "record");
        }
        if (log->blocks > place->left) {
            return log_wrong(log, "record's length");
        }
        if (place->offset < log->length) {
            return 1;
        }
        place->left -= log->blocks;
        place->block = log_after(log, place->block, log->blocks);
        place->offset = 0;
        place->count = 0;
    }
    return 0;
}

int log_next(struct xfs_log *log, struct log_place *place, struct log_operation *operation)
{
    int entered = enter_record(log, place);
    if (entered <= 0) {
        return entered;
    }
    const uint8_t *bytes = log->record + (size_t)log->headers * BASIC_BLOCK + place->offset;
    uint32_t room = log->length - place->offset;
    if (room < XO_SIZE || be32(bytes + XO_LENGTH) > room - XO_SIZE) {
        return log_wrong(log, "operation's length");
    }
    *operation = (struct log_operation){.transaction = be32(bytes),
                                        .flags = bytes[XO_FLAGS],
                                        .lsn = be64(log->record + XR_LSN),
                                        .bytes = bytes + XO_SIZE,
                                        .length = be32(bytes + XO_LENGTH)};
    place->offset += XO_SIZE + operation->length;
    place->count++;
    if (place->count >= log->operations) { /* what is after the last one pads the record */
        place->offset = log->length;
    }
    return 1;
}
