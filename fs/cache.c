/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of LINE_SIZE bytes of a source, in sets of WAYS: a line can be in any place of its set, and
 * replaces the one there that was used least lately.
 */
#include "fs/cache.h"

#include <stdbool.h>
#include <string.h>

#include "fs/source.h"
#include "lib/arena.h"
#include "lib/checked.h"

enum {
    LINE_SIZE = 8192, /* bytes */
    SETS = 32,
    WAYS = 4,
};

struct line {
    const struct source *source; /* NULL: empty */
    uint64_t start;              /* bytes, a multiple of LINE_SIZE */
    uint64_t used;               /* when, by the cache's clock */
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

static struct line *line_for(struct cache *cache, const struct source *source, uint64_t start)
{
    uint64_t set = (start / LINE_SIZE + (uintptr_t)source / sizeof *source) % SETS;
    struct line *oldest = &cache->lines[set][0];
    for (unsigned way = 0; way < WAYS; way++) {
        struct line *line = &cache->lines[set][way];
        if (line->source == source && line->start == start) {
            return line;
        }
        oldest = line->used < oldest->used ? line : oldest;
    }
    return oldest;
}

/* The line that holds byte `start`, read if need be. */
static int get_line(struct cache *cache, const struct source *source, uint64_t start,
                    struct line **found)
{
    struct line *line = line_for(cache, source, start);
    if (line->source != source || line->start != start) {
        line->source = NULL; /* until it is read */
        int error =
            source_read(source, start, line->bytes, min_u64(LINE_SIZE, source->size - start));
        if (error != 0) {
            return error;
        }
        line->source = source;
        line->start = start;
    }
    line->used = ++cache->clock;
    *found = line;
    return 0;
}

int cache_read(struct cache *cache, const struct source *source, uint64_t offset, void *buffer,
               size_t length)
{
    if (!range_within(offset, length, source->size)) {
        return source_read(source, offset, buffer, length); /* which says what is wrong */
    }
    uint8_t *target = buffer;
    while (length > 0) {
        struct line *line;
        int error = get_line(cache, source, align_down(offset, LINE_SIZE), &line);
        if (error != 0) {
            return error;
        }
        size_t skip = offset - line->start;
        size_t count = min_u64(length, LINE_SIZE - skip);
        memcpy(target, line->bytes + skip, count);
        target += count;
        offset += count;
        length -= count;
    }
    return 0;
}
