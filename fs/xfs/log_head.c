/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the log begins and ends. Blocks up to the head are of one round, those after it of the one
 * before (or were never written):
 *
 *      | 7 7 7 7 7 7 7 7 7 7 | 6 6 6 6 6 6 6 6 6 6 6 6 6 6 |
 *                            head
 *
 * The last records before it were written side by side, and not all may have come to the disk: some
 * blocks before the head can be of the round before too, and a record can have a wrong checksum.
 * The head then is the first of these.
 */
#include <string.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/log_ring.h"
#include "fs/xfs/xfs.h"
#include "fs/xfs/xlog.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    IN_FLIGHT = RECORDS_IN_FLIGHT * RECORD_LIMIT / BASIC_BLOCK,
    RECORD_BLOCKS = (RECORD_LIMIT + RECORD_LIMIT / 64) / BASIC_BLOCK, /* with all headers */
    LEAST_BLOCKS = 8,
    TRIES = 4 * RECORDS_IN_FLIGHT,
    LOADS = 100, /* of each record: each transaction with a part in it takes some */
};

/* ---- cycles --------------------------------------------------------------------------------- */

static int read_cycle(const struct xfs_log *log, uint32_t block, uint32_t *cycle)
{
    uint8_t bytes[BASIC_BLOCK];
    int error = log_read(log, block, 1, bytes);
    if (error == 0) {
        *cycle = be32(bytes) == XLOG_MAGIC ? be32(bytes + XR_CYCLE) : be32(bytes);
    }
    return error;
}

/* The first block that is not of the first one's cycle, of which the last one is not. */
static int find_change(const struct xfs_log *log, uint32_t first, uint32_t *change)
{
    uint32_t low = 0, high = log->size - 1;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2, cycle;
        int error = read_cycle(log, middle, &cycle);
        if (error != 0) {
            return error;
        }
        *(cycle == first ? &low : &high) = middle;
    }
    *change = high;
    return 0;
}

/*
 * Moves *head back to the first of `count` blocks before it that is of another cycle than what was
 * written last. Those at the ring's end are of the cycle before.
 */
static int skip_torn(const struct xfs_log *log, uint32_t written, uint32_t count, uint32_t *head)
{
    uint32_t block = log_after(log, *head, log->size - count), end = *head;
    for (uint32_t i = 0; i < count; i++, block = log_after(log, block, 1)) {
        uint32_t cycle, expected = block < end ? written : written - 1;
        int error = read_cycle(log, block, &cycle);
        if (error != 0) {
            return error;
        }
        if (cycle != expected) {
            *head = block;
            return 0;
        }
    }
    return 0;
}

static int find_head(struct xfs_log *log)
{
    uint32_t first, last, head = 0;
    int error = read_cycle(log, 0, &first);
    if (error != 0) {
        return error;
    }
    error = read_cycle(log, log->size - 1, &last);
    if (error != 0) {
        return error;
    }
    if (first != last) {
        error = find_change(log, first, &head);
    }
    if (error != 0) {
        return error;
    }
    uint32_t written = head == 0 ? first + 1 : first;
    uint32_t before = last == 0 ? head : log->size - 1; /* which were never written */
    log->head = head;
    return skip_torn(log, written, (uint32_t)min_u64(IN_FLIGHT, before), &log->head);
}

/* ---- records -------------------------------------------------------------------------------- */

/* Finds the last header before the head. Returns 1, 0 when there is none, or an error. */
static int find_last(const struct xfs_log *log, uint32_t *block, uint8_t *header)
{
    uint32_t most = (uint32_t)min_u64(RECORD_BLOCKS + IN_FLIGHT, log->size - 1);
    for (uint32_t i = 1; i <= most; i++) {
        *block = log_after(log, log->head, log->size - i);
        int error = log_read(log, *block, 1, header);
        if (error != 0) {
            return error;
        }
        if (log_is_header(log, header)) {
            return 1;
        }
    }
    return 0;
}

/* Is the record written by this file system, and by a machine whose numbers are read? */
static int check_header(const struct xfs_log *log, const uint8_t *header)
{
    if (memcmp(header + XR_UUID, log->uuid, sizeof log->uuid) != 0) {
        return log_wrong(log, "UUID, which is another file system's,");
    }
    if (be32(header + XR_FORMAT) != FORMAT_LITTLE_ENDIAN) {
        return log_wrong(log, "order of bytes");
    }
    return be32(header + XR_TAIL + 4) < log->size ? 0 : log_wrong(log, "tail");
}

/*
 * Does the record at a block say that the file system was unmounted? mkfs.xfs's, which does, is not
 * summed.
 */
static int check_unmounted(struct xfs_log *log, uint32_t block, const uint8_t *header)
{
    uint8_t data[BASIC_BLOCK];
    int error = log_read(log, log_after(log, block, log_headers(header)), 1, data);
    log->clean = error == 0 && be32(header + XR_OPERATIONS) == 1 &&
                 (data[XO_FLAGS] & OPERATION_UNMOUNT) != 0;
    return error;
}

/*
 * The last record must end at the head, which otherwise is where it begins; its tail is the log's.
 */
static int take_last(struct xfs_log *log, bool *again)
{
    uint8_t header[BASIC_BLOCK];
    uint32_t block;
    int found = find_last(log, &block, header);
    if (found <= 0) {
        return found < 0 ? found : log_wrong(log, "last record");
    }
    *again = log_distance(log, block, log->head) != log_blocks(header);
    if (*again) {
        log->head = block;
        return 0;
    }
    int error = check_header(log, header);
    if (error != 0) {
        return error;
    }
    log->tail = be32(header + XR_TAIL + 4);
    return check_unmounted(log, block, header);
}

/*
 * Finds the first record from the tail on that is not whole: *bad; *after becomes how many are
 * after it. Returns 1, 0 when there is none, or an error.
 */
static int find_bad(struct xfs_log *log, uint32_t *bad, unsigned *after)
{
    uint32_t block = log->tail, left = log_distance(log, log->tail, log->head);
    uint8_t header[BASIC_BLOCK];
    bool found = false;
    *after = 0;
    while (left > 0) {
        int loaded = found ? 0 : log_load(log, block);
        int error = loaded < 0 ? loaded : log_read(log, block, 1, header);
        if (error != 0) {
            return error;
        }
        bool is_header = log_is_header(log, header) && log_blocks(header) <= left;
        *after += found && is_header ? 1 : 0;
        if (!found && (loaded == 0 || !is_header)) {
            found = true;
            *bad = block;
        }
        uint32_t count = is_header ? log_blocks(header) : 1;
        left -= count;
        block = log_after(log, block, count);
    }
    return found ? 1 : 0;
}

/* Those in flight when the power went can be torn; if others are, something else happened. */
static int check_records(struct xfs_log *log, bool *again)
{
    uint32_t bad = 0;
    unsigned after;
    int found = find_bad(log, &bad, &after);
    *again = found > 0;
    if (found <= 0) {
        return found;
    }
    log->head = bad;
    if (after >= RECORDS_IN_FLIGHT) {
        log->damaged = true;
        log_line(log->volume->log,
                 "%s: XFS log cannot be replayed from its block %u on: a checksum is wrong; files "
                 "written last may be read as they were before",
                 log->volume->source->name, bad);
    }
    return 0;
}

/* What is before a record that is not whole has a tail of its own. */
static int find_ends(struct xfs_log *log)
{
    for (unsigned tries = 0; tries < TRIES; tries++) {
        bool again = false;
        int error = take_last(log, &again);
        if (error != 0 || (!again && log->clean)) {
            return error;
        }
        if (again) {
            continue;
        }
        error = check_records(log, &again);
        if (error != 0 || !again || log->head == log->tail) {
            return error;
        }
    }
    return log_wrong(log, "records, of which many have wrong checksums,");
}

int log_open(struct xfs_log *log, struct volume *volume, const uint8_t *super)
{
    const struct xfs *xfs = volume->private;
    uint64_t count = be32(super + SB_LOG_BLOCKS);
    *log = (struct xfs_log){.volume = volume};
    memcpy(log->uuid, super + SB_UUID, sizeof log->uuid);
    bool found = xfs_find_blocks(xfs, be64(super + SB_LOG_START), count, &log->start);
    uint64_t size = count * (xfs->block_size / BASIC_BLOCK);
    if (!found || size < LEAST_BLOCKS || size > UINT32_MAX / 2) {
        return log_wrong(log, "place or size");
    }
    log->size = (uint32_t)size;
    log->record_at = log->size;
    log->loads = size * LOADS;
    log->record = arena_pages(volume->arena, (size_t)RECORD_BLOCKS * BASIC_BLOCK);
    if (log->record == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = find_head(log);
    return error != 0 ? error : find_ends(log);
}
