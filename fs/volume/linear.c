/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/linear.h"

/* The last piece that begins at `offset` or before it. */
static size_t find_piece(const struct linear *linear, uint64_t offset)
{
    size_t low = 0, high = linear->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (linear->pieces[middle].start <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static int linear_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct linear *linear = (const struct linear *)source;
    size_t index = find_piece(linear, offset);
    const struct linear_piece *piece = &linear->pieces[index];
    uint64_t end = index + 1 < linear->count ? piece[1].start : source->size;
    *extent = (struct extent){.kind = piece->below != NULL ? EXTENT_BELOW : EXTENT_ZERO,
                              .length = end - offset,
                              .below = piece->below,
                              .offset = piece->offset + (offset - piece->start)};
    return 0;
}

void linear_open(struct linear *linear, const struct linear_piece *pieces, size_t count)
{
    linear->source.where = linear_where;
    linear->pieces = pieces;
    linear->count = count;
}
