/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of LINE_SIZE bytes of a disk, in sets of WAYS: a line can be in any place of its set, and
 * replaces the one there that was used least lately.
 */
#include "fs/cache.h"

#include <stdbool.h>
#include <string.h>

#include "fs/source.h"
#include "fs/transfer.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/disk.h"

enum {
    LINE_SIZE = 16384, /* bytes: a superblock of ext2, FAT or FFSv1, with what lies after it */
    SET_BITS = 4,
    SETS = 1 << SET_BITS,
    WAYS = 4,
    FETCHES = 16, /* lines that are fetched side by side */
};

struct line {
    const struct disk *disk; /* NULL: empty, or being read */
    const struct disk *lent; /* to this one, when it was given up while it read */
    uint64_t start;          /* bytes, a multiple of LINE_SIZE */
    uint64_t used;           /* when, by the cache's clock */
    uint8_t *bytes;
};

struct cache {
    uint64_t clock;
    struct line lines[SETS][WAYS];
};

struct cache *cache_create(struct arena *arena)
{
    struct cache *cache = arena_alloc(arena, sizeof *cache);
    uint8_t *bytes = arena_pages(arena, (size_t)SETS * WAYS * LINE_SIZE);
    if (cache == NULL || bytes == NULL) {
        return NULL;
    }
    for (unsigned set = 0; set < SETS; set++) {
        for (unsigned way = 0; way < WAYS; way++) {
            cache->lines[set][way].bytes = bytes;
            bytes += LINE_SIZE;
        }
    }
    return cache;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static bool holds(const struct line *line, const struct disk *disk, uint64_t start)
{
    return line->disk == disk && line->start == start;
}

/*
 * Which set a line belongs in. Partitions begin at whole MiB, so the low bits alone would put all
 * their beginnings into one set; multiplied by 2^64 over the golden ratio, all bits count.
 */
static size_t set_of(const struct disk *disk, uint64_t start)
{
    uint64_t key = start / LINE_SIZE + (uintptr_t)disk / sizeof *disk;
    return (key * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - SET_BITS);
}

/* May a device still write to it? */
static bool is_lent(const struct line *line)
{
    return line->lent != NULL && line->lent->lent > 0;
}

/*
 * The line that holds byte `start` of a disk, or the one that makes room for it; NULL: all that
 * could are lent.
 */
static struct line *line_for(struct cache *cache, const struct disk *disk, uint64_t start)
{
    struct line *set = cache->lines[set_of(disk, start)], *oldest = NULL;
    for (unsigned way = 0; way < WAYS; way++) {
        struct line *line = &set[way];
        if (holds(line, disk, start)) {
            return line;
        }
        if (!is_lent(line) && (oldest == NULL || line->used < oldest->used)) {
            oldest = line;
        }
    }
    return oldest;
}

/* Whole sectors: the last line of a disk can be a short one. */
static size_t line_length(const struct disk *disk, uint64_t start)
{
    return align_down(min_u64(LINE_SIZE, disk->size - start), disk->sector_size);
}

/* Empties a line, and says what fills it anew. */
static struct disk_request empty_line(struct cache *cache, struct line *line,
                                      const struct disk *disk, uint64_t start)
{
    line->disk = NULL;
    line->used = ++cache->clock;
    return (struct disk_request){
        .offset = start, .length = line_length(disk, start), .buffer = line->bytes};
}

/* A line is read, or could not be. Returns the request's status. */
static int fill_line(struct line *line, const struct disk *disk, const struct disk_request *request)
{
    line->lent = request->lent ? disk : NULL;
    line->disk = request->status == 0 ? disk : NULL;
    line->start = request->offset;
    return request->status;
}

/* The line that holds byte `start`, read if need be. Returns 0 or an error, not logged. */
static int get_line(struct cache *cache, struct disk *disk, uint64_t start, struct line **found)
{
    struct line *line = *found = line_for(cache, disk, start);
    if (line == NULL) {
        return ERR_BUSY;
    }
    if (!holds(line, disk, start)) {
        struct disk_request request = empty_line(cache, line, disk, start);
        int error = transfer_begin(disk, &request);
        if (error != 0) {
            return error;
        }
        (void)transfer_await(disk, &request); /* its status is the line's */
        return fill_line(line, disk, &request);
    }
    line->used = ++cache->clock;
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* From the line at byte `offset` of a disk: as much of `length` as lies in it. Returns 0 or an error. */
static int read_line(struct cache *cache, struct disk *disk, uint64_t offset, uint8_t *target,
                     size_t length, size_t *count)
{
    size_t skip = offset % LINE_SIZE;
    size_t there = line_length(disk, offset - skip);
    if (skip >= there) {
        return ERR_RANGE; /* a short line's end */
    }
    struct line *line;
    int error = get_line(cache, disk, offset - skip, &line);
    if (error != 0) {
        return error;
    }
    *count = min_u64(length, there - skip);
    memcpy(target, line->bytes + skip, *count);
    return 0;
}

/* A disk that was given up is not asked for the same bytes at once again. */
static bool is_given_up(int error)
{
    return error == ERR_TIMEOUT || error == ERR_CANCELLED;
}

/* Some of the bytes at `offset`; *count says how many. What no line can hold is read on its own. */
static int read_some(struct cache *cache, const struct source *source, uint64_t offset,
                     uint8_t *target, size_t length, size_t *count)
{
    struct extent extent;
    int error = source_resolve(source, offset, &extent);
    if (error != 0) {
        return error;
    }
    length = min_u64(length, extent.length);
    if (extent.kind == EXTENT_DISK) {
        error = read_line(cache, extent.disk, extent.offset, target, length, count);
        if (error == 0) {
            return 0;
        }
        if (is_given_up(error) && extent.spare.source == NULL) {
            return transfer_failed(source, extent.disk, extent.offset, error);
        }
    }
    *count = length;
    return source_read(source, offset, target, length);
}

int cache_read(struct cache *cache, const struct source *source, uint64_t offset, void *buffer,
               size_t length)
{
    if (!range_within(offset, length, source->size)) {
        return source_read(source, offset, buffer, length); /* which says what is wrong */
    }
    uint8_t *target = buffer;
    for (size_t done = 0, count = 0; done < length; done += count) {
        int error = read_some(cache, source, offset + done, target + done, length - done, &count);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- fetching ahead ------------------------------------------------------------------------- */

struct fetch {
    struct line *line;
    struct disk *disk;
    struct disk_request request;
};

/* Is a line, or another one in its place, on its way already? */
static bool is_taken(const struct line *line, const struct fetch *fetches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (fetches[i].line == line) {
            return true;
        }
    }
    return false;
}

/*
 * Starts to fetch the line at a place, as fetches[count]. Returns whether there is anything to wait
 * for.
 */
static bool start_fetch(struct cache *cache, const struct cache_place *place, struct fetch *fetches,
                        size_t count)
{
    const struct source *source = place->source;
    struct extent extent;
    if (place->offset >= source->size || source_resolve(source, place->offset, &extent) != 0 ||
        extent.kind != EXTENT_DISK) {
        return false;
    }
    uint64_t start = align_down(extent.offset, LINE_SIZE);
    struct line *line = line_for(cache, extent.disk, start);
    if (line == NULL || holds(line, extent.disk, start) || is_taken(line, fetches, count)) {
        return false;
    }
    struct fetch *fetch = &fetches[count];
    *fetch = (struct fetch){
        .line = line, .disk = extent.disk, .request = empty_line(cache, line, extent.disk, start)};
    return transfer_begin(extent.disk, &fetch->request) == 0;
}

static void finish_fetches(struct fetch *fetches, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct fetch *fetch = &fetches[i];
        (void)transfer_await(fetch->disk, &fetch->request); /* its status is the line's */
        (void)fill_line(fetch->line, fetch->disk,
                        &fetch->request); /* what is missing is read again */
    }
}

void cache_fetch(struct cache *cache, const struct cache_place *places, size_t count)
{
    struct fetch fetches[FETCHES];
    size_t started = 0;
    for (size_t i = 0; i < count; i++) {
        started += start_fetch(cache, &places[i], fetches, started) ? 1 : 0;
        if (started == FETCHES || i + 1 == count) {
            finish_fetches(fetches, started);
            started = 0;
        }
    }
}
