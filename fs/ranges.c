/* SPDX-License-Identifier: BSD-2-Clause */
/* An overlay, whose bytes stand for blocks: what lies there is PLACE and the volume's block, or HOLE and more. */
#include "fs/ranges.h"

#include "fs/overlay.h"
#include "lib/arena.h"
#include "lib/checked.h"

#define PLACE (UINT64_C(1) << 61) /* so that a place is never where it would lie without a range */
#define HOLE  (UINT64_C(1) << 62)

struct ranges {
    struct source space; /* of numbers, below the overlay */
    struct overlay *overlay;
};

struct ranges *ranges_create(struct arena *arena)
{
    struct ranges *ranges = arena_alloc(arena, sizeof *ranges);
    if (ranges == NULL) {
        return NULL;
    }
    ranges->space = (struct source){.name = "ranges", .size = INT64_MAX};
    ranges->overlay = overlay_create(&ranges->space, arena);
    return ranges->overlay != NULL ? ranges : NULL;
}

int ranges_put(struct ranges *ranges, uint64_t first, uint64_t count, uint64_t start)
{
    return overlay_put(ranges->overlay, first, count, start != 0 ? PLACE + start : HOLE + first);
}

bool ranges_find(const struct ranges *ranges, uint64_t block, uint64_t *start, uint64_t *count)
{
    struct extent extent;
    (void)source_where(overlay_source(ranges->overlay), block, &extent); /* it cannot fail */
    *count = min_u64(*count, extent.length);
    if (extent.offset == block) {
        return false;
    }
    *start = extent.offset >= HOLE ? 0 : extent.offset - PLACE;
    return true;
}
