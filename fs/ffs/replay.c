/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ffs/replay.h"

#include <stddef.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/super.h"
#include "fs/ffs/wapbl.h"
#include "fs/overlay.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { SHIFT_MIN = 9, SHIFT_MAX = 16 };

struct wapbl {
    const struct volume *volume;
    uint64_t volume_size; /* bytes of the file system */
    struct overlay *overlay;
    bool big_endian;                      /* the machine's that wrote it */
    uint64_t start, size;                 /* bytes of the volume */
    uint32_t block;                       /* bytes */
    uint64_t head, tail, ring, ring_size; /* bytes from `start` */
};

/* A record on the way through the ring; `place` and all that it adds up to count from `start`. */
struct record {
    uint32_t type, length, count;
    uint64_t place;
    uint64_t payload; /* where the next payload lies */
};

static uint32_t load32(const struct wapbl *log, const uint8_t *p)
{
    return log->big_endian ? be32(p) : le32(p);
}

static uint64_t load64(const struct wapbl *log, const uint8_t *p)
{
    return log->big_endian ? be64(p) : le64(p);
}

/* Says what is wrong with the log. */
static int wrong(const struct wapbl *log, const char *what)
{
    return fail(log->volume->log, ERR_CORRUPT,
                "%s: FFS log cannot be replayed: its %s cannot be right; files written last may be "
                "read as they were before",
                log->volume->source->name, what);
}

static int log_read(const struct wapbl *log, uint64_t place, void *buffer, size_t length)
{
    return volume_read(log->volume, log->start + place, buffer, length);
}

/* ---- where it lies -------------------------------------------------------------------------- */

static bool is_block_size(uint64_t size)
{
    return is_power_of_two(size) && size >= 1 << SHIFT_MIN && size <= 1 << SHIFT_MAX;
}

/* The unit tells in which order the numbers are: only one of them makes sense. */
static int find_log(struct wapbl *log, const uint8_t *super)
{
    uint64_t address = 0, count = 0, unit = 0;
    log->big_endian = is_block_size(be64(super + FS_JOURNAL_UNIT));
    unit = load64(log, super + FS_JOURNAL_UNIT);
    if (super[FS_JOURNAL_VERSION] != WAPBL_VERSION) {
        return wrong(log, "version (fs_journal_version)");
    }
    if (super[FS_JOURNAL_LOCATION] > 2 || !is_block_size(unit) ||
        !checked_mul(load64(log, super + FS_JOURNAL_ADDRESS), unit, &address) ||
        !checked_mul(load64(log, super + FS_JOURNAL_COUNT), unit, &count) ||
        !range_within(address, count, log->volume->source->size) || count == 0) {
        return wrong(log, "place (fs_journallocs)");
    }
    log->start = address;
    log->size = count;
    return 0;
}

/* ---- its headers ---------------------------------------------------------------------------- */

static bool is_whole_blocks(const struct wapbl *log, uint64_t length)
{
    return align_down(length, log->block) == length;
}

static bool in_ring(const struct wapbl *log, uint64_t place)
{
    return place >= log->ring && place < log->ring + log->ring_size && is_whole_blocks(log, place);
}

static const char *wrong_header(const struct wapbl *log, const uint8_t *header)
{
    if (load32(log, header + WH_VERSION) != WAPBL_VERSION) {
        return "header's version";
    }
    if (log->ring < UINT64_C(2) * log->block || !is_whole_blocks(log, log->ring) ||
        log->ring_size == 0 || !is_whole_blocks(log, log->ring_size) ||
        !range_within(log->ring, log->ring_size, log->size)) {
        return "header's ring (wc_circ_off, wc_circ_size)";
    }
    bool is_empty = log->head == 0 && log->tail == 0;
    if (!is_empty && (!in_ring(log, log->head) || !in_ring(log, log->tail))) {
        return "header's head or tail";
    }
    return NULL;
}

/* Offsets before the ring mean its start. */
static int take_header(struct wapbl *log, const uint8_t *header)
{
    log->head = load64(log, header + WH_HEAD);
    log->tail = load64(log, header + WH_TAIL);
    log->ring = load64(log, header + WH_RING);
    log->ring_size = load64(log, header + WH_RING_SIZE);
    if (log->head != 0 || log->tail != 0) {
        log->head = max_u64(log->head, log->ring);
        log->tail = max_u64(log->tail, log->ring);
    }
    const char *what = wrong_header(log, header);
    return what == NULL ? 0 : wrong(log, what);
}

/* The first header says how far away the second one is. */
static int read_first_header(struct wapbl *log, uint8_t *header)
{
    int error = log_read(log, 0, header, WH_SIZE);
    if (error != 0) {
        return error;
    }
    log->big_endian = be32(header) == WAPBL_HEADER;
    uint32_t shift = load32(log, header + WH_LOG_SHIFT);
    if (load32(log, header) != WAPBL_HEADER) {
        return wrong(log, "first header");
    }
    if (shift < SHIFT_MIN || shift > SHIFT_MAX || log->size < UINT64_C(2) << shift) {
        return wrong(log, "header's block size (wc_log_dev_bshift)");
    }
    log->block = UINT32_C(1) << shift;
    return 0;
}

/* The newer one of two; the second counts only if it is one at all. */
static int read_headers(struct wapbl *log)
{
    uint8_t first[WH_SIZE], second[WH_SIZE];
    int error = read_first_header(log, first);
    if (error != 0) {
        return error;
    }
    error = log_read(log, log->block, second, WH_SIZE);
    if (error != 0) {
        return error;
    }
    bool newer = load32(log, second) == WAPBL_HEADER &&
                 load32(log, second + WH_GENERATION) > load32(log, first + WH_GENERATION);
    return take_header(log, newer ? second : first);
}

/* ---- its records ---------------------------------------------------------------------------- */

/* `length` bytes further on; what is after the ring's end is at its start. */
static uint64_t advance(const struct wapbl *log, uint64_t place, uint64_t length)
{
    uint64_t left = log->ring + log->ring_size - place;
    return length < left ? place + length : log->ring + (length - left);
}

/* Lays the payload, which may be in two pieces, over its place. */
static int put_payload(struct wapbl *log, struct record *record, uint64_t offset, uint64_t length)
{
    uint64_t left = log->ring + log->ring_size - record->payload;
    uint64_t first = min_u64(length, left);
    int error = overlay_put(log->overlay, offset, first, log->start + record->payload);
    if (error == 0 && first < length) {
        error = overlay_put(log->overlay, offset + first, length - first, log->start + log->ring);
    }
    record->payload = advance(log, record->payload, length);
    return error;
}

static int take_entry(struct wapbl *log, struct record *record, const uint8_t *entry, uint64_t *sum)
{
    uint64_t length = load32(log, entry + WE_BYTES);
    uint64_t offset;
    if (!checked_mul(load64(log, entry + WE_ADDRESS), WAPBL_ADDRESS_UNIT, &offset) ||
        !range_within(offset, length, log->volume_size) || length % WAPBL_ADDRESS_UNIT != 0) {
        return wrong(log, "record's block");
    }
    if (record->type == WAPBL_REVOCATIONS) {
        return overlay_forget(log->overlay, offset, length);
    }
    *sum += length;
    return *sum > record->length ? wrong(log, "record's length")
                                 : put_payload(log, record, offset, length);
}

/* All entries lie in the record's first block. */
static int take_entries(struct wapbl *log, struct record *record)
{
    uint64_t sum = log->block; /* bytes that the record takes */
    if (record->count > (log->block - WR_ENTRIES) / WR_ENTRY_SIZE) {
        return wrong(log, "record's number of blocks");
    }
    for (uint32_t i = 0; i < record->count; i++) {
        uint8_t entry[WR_ENTRY_SIZE];
        int error = log_read(log, record->place + WR_ENTRIES + (uint64_t)i * WR_ENTRY_SIZE, entry,
                             sizeof entry);
        if (error == 0) {
            error = take_entry(log, record, entry, &sum);
        }
        if (error != 0) {
            return error;
        }
    }
    return align_up(sum, log->block) == record->length ? 0 : wrong(log, "record's length");
}

static int read_record(struct wapbl *log, uint64_t place, uint64_t left, struct record *record)
{
    uint8_t bytes[WR_ENTRIES];
    int error = log_read(log, place, bytes, sizeof bytes);
    if (error != 0) {
        return error;
    }
    *record = (struct record){.type = load32(log, bytes + WR_TYPE),
                              .length = load32(log, bytes + WR_LENGTH),
                              .count = load32(log, bytes + WR_COUNT),
                              .place = place,
                              .payload = advance(log, place, log->block)};
    if (record->length < log->block || !is_whole_blocks(log, record->length) ||
        record->length > left) {
        return wrong(log, "record's length");
    }
    return 0;
}

static int take_record(struct wapbl *log, struct record *record)
{
    switch (record->type) {
    case WAPBL_BLOCKS:
    case WAPBL_REVOCATIONS:
        return take_entries(log, record);
    case WAPBL_INODES:
        return 0;
    default:
        return wrong(log, "record's type");
    }
}

/* From tail to head. Each record takes something of what is left: this ends. */
static int take_records(struct wapbl *log)
{
    uint64_t left =
        log->head >= log->tail ? log->head - log->tail : log->ring_size - (log->tail - log->head);
    uint64_t place = log->tail;
    while (left > 0) {
        struct record record;
        int error = read_record(log, place, left, &record);
        if (error == 0) {
            error = take_record(log, &record);
        }
        if (error != 0) {
            return error;
        }
        place = advance(log, place, record.length);
        left -= record.length;
    }
    return 0;
}

/* --------------------------------------------------------------------------------------------- */

static int replay(struct wapbl *log, const uint8_t *super)
{
    const struct volume *volume = log->volume;
    int error = find_log(log, super);
    if (error != 0) {
        return error;
    }
    error = read_headers(log);
    if (error != 0) {
        return error;
    }
    log->overlay = overlay_create(volume->source, volume->arena);
    error = log->overlay == NULL ? ERR_NO_MEMORY : take_records(log);
    if (error == ERR_NO_MEMORY) {
        error = fail(volume->log, error,
                     "%s: FFS log cannot be replayed: no memory for what it holds; files written "
                     "last may be read as they were before",
                     volume->source->name);
    }
    return error;
}

const char *ffs_replay(struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    struct wapbl log = {.volume = volume, .volume_size = ffs->size * ffs->fragment_size};
    bool in_use = (ffs_load32(ffs, super + FS_FLAGS) & FLAGS_LOG_IN_USE) != 0;
    uint32_t flags = /* in one order or the other */
        le32(super + FS_JOURNAL_FLAGS) | be32(super + FS_JOURNAL_FLAGS);
    if (!ffs_is_updated(ffs, super) || super[FS_JOURNAL_LOCATION] == 0) {
        return "";
    }
    if (!in_use || (flags & JOURNAL_FLAG_CLEAR) != 0) {
        return ", with a log";
    }
    size_t mark = arena_mark(volume->arena);
    if (replay(&log, super) != 0) {
        arena_release(volume->arena, mark);
        return ", log NOT replayed";
    }
    volume->source = overlay_source(log.overlay);
    return overlay_count(log.overlay) > 0 ? ", log replayed" : ", with an empty log";
}
