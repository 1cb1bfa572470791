/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/copies.h"

#include "fs/volume/leg.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- the layout ----------------------------------------------------------------------------- */

/*
 *      0      8     16       17          18
 *      | near | far | offset | far sets  |     sets: 0: one of all legs; 1: as the first kernels that
 *                                                    had them divide; 2: of near * far legs
 */
enum { FAR_SHIFT = 8, OFFSET_FLAG = 1 << 16, SETS_SHIFT = 17, SETS_OF_ALL_COPIES = 2 };

static unsigned set_size(uint32_t layout, unsigned columns, unsigned near, unsigned far)
{
    switch (layout >> SETS_SHIFT) {
    case 0:
        return columns;
    case 1:
        return columns / far;
    case SETS_OF_ALL_COPIES:
        return near * far;
    default:
        return 0;
    }
}

bool copies_layout_parse(struct copies_layout *layout, uint32_t number, unsigned columns,
                         uint64_t chunk, uint64_t leg_size, uint64_t *size)
{
    unsigned near = number & 0xFF, far = number >> FAR_SHIFT & 0xFF;
    if (near == 0 || far == 0 || chunk == 0 || near * far > columns) {
        return false;
    }
    *layout = (struct copies_layout){.columns = columns,
                                     .near = near,
                                     .far = far,
                                     .set = set_size(number, columns, near, far),
                                     .offset = (number & OFFSET_FLAG) != 0,
                                     .chunk = chunk};
    uint64_t chunks;
    if (layout->set == 0 || layout->set > columns ||
        !checked_mul(leg_size / chunk / far, columns, &chunks)) {
        return false;
    }
    chunks /= near;
    uint64_t rows = (chunks * near * far + columns - 1) / columns; /* that are used of each leg */
    layout->stride = layout->offset ? chunk : rows / far * chunk;
    return checked_mul(chunks, chunk, size) && *size > 0;
}

/* The leg of the next far copy: `near` legs on, in a circle within its set. */
static unsigned next_far(const struct copies_layout *layout, unsigned column)
{
    unsigned set = layout->set, rest = layout->columns % set;
    unsigned last = layout->columns - rest - set; /* where the last set begins */
    unsigned moved = column + layout->near;
    if (rest != 0 && moved > last) {
        return last + (moved - last) % (set + rest);
    }
    return column / set * set + moved % set;
}

struct copy copies_find(const struct copies_layout *layout, uint64_t offset, unsigned index)
{
    uint64_t first = offset / layout->chunk * layout->near; /* near copies, counted through */
    uint64_t number = first + index / layout->far;
    uint64_t row = number / layout->columns;
    uint64_t rows_each = layout->offset ? layout->far : 1;
    struct copy copy = {.column = (unsigned)(number % layout->columns),
                        .offset = row * rows_each * layout->chunk + offset % layout->chunk};
    for (unsigned far = index % layout->far; far > 0; far--) {
        copy.column = next_far(layout, copy.column);
        copy.offset += layout->stride;
    }
    return copy;
}

/* ---- the source ----------------------------------------------------------------------------- */

/*
 * Near copies take turns, row by row, so that all legs are read side by side; the first far copy is
 * striped over all legs by itself.
 */
static unsigned first_choice(const struct copies_layout *layout, uint64_t offset)
{
    uint64_t row = offset / layout->chunk * layout->near / layout->columns;
    return (unsigned)(row % layout->near) * layout->far;
}

/* The first copy, from the choice on, whose leg is there; false: there is none. */
static bool find_copy(const struct copies *copies, uint64_t offset, bool failed, struct copy *copy)
{
    unsigned count = copies->layout.near * copies->layout.far;
    unsigned first = first_choice(&copies->layout, offset);
    for (unsigned i = 0; i < count; i++) {
        *copy = copies_find(&copies->layout, offset, (first + i) % count);
        const struct leg *leg = &copies->legs[copy->column];
        if (leg->below != NULL && leg->failed == failed) {
            return true;
        }
    }
    return false;
}

static int copies_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct copies *copies = (const struct copies *)source;
    struct copy copy;
    if (!find_copy(copies, offset, false, &copy) && !find_copy(copies, offset, true, &copy)) {
        return fail(source->log, ERR_IO, "%s: all members that have byte %lu are missing",
                    source->name, offset);
    }
    const struct leg *leg = &copies->legs[copy.column];
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = copies->layout.chunk - offset % copies->layout.chunk,
                              .below = leg->below,
                              .offset = leg->offset + copy.offset,
                              .spare = {.source = source, .offset = offset}};
    return 0;
}

/* Asks the legs that have failed, or those that have not. Returns 0 or an error. */
static int read_copies(const struct copies *copies, bool failed, uint64_t offset, void *buffer,
                       size_t length)
{
    int error = ERR_IO;
    for (unsigned i = 0; i < copies->layout.near * copies->layout.far; i++) {
        struct copy copy = copies_find(&copies->layout, offset, i);
        struct leg *leg = &copies->legs[copy.column];
        if (leg->below == NULL || leg->failed != failed) {
            continue;
        }
        error = leg_read(leg, copy.offset, buffer, length);
        if (error == 0) {
            return 0;
        }
        if (!failed) {
            leg->failed = true;
            log_line(copies->source.log, "%s: the others are read instead of %s",
                     copies->source.name, leg->below->name);
        }
    }
    return error;
}

/* Tries once more where it failed: which leg that was is seen then, and said. */
static int copies_make(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    const struct copies *copies = (const struct copies *)source;
    uint8_t *target = buffer;
    while (length > 0) {
        uint64_t rest = copies->layout.chunk - offset % copies->layout.chunk;
        size_t count = min_u64(length, rest);
        int error = read_copies(copies, false, offset, target, count);
        if (error != 0) {
            error = read_copies(copies, true, offset, target, count);
        }
        if (error != 0) {
            return error;
        }
        offset += count;
        target += count;
        length -= count;
    }
    return 0;
}

void copies_open(struct copies *copies, const struct copies_layout *layout, struct leg *legs)
{
    copies->source.where = copies_where;
    copies->source.make = copies_make;
    copies->layout = *layout;
    copies->legs = legs;
}

bool copies_lack(const struct copies *copies, uint64_t *chunk)
{
    uint64_t total = copies->source.size / copies->layout.chunk;
    for (*chunk = 0; *chunk < total && *chunk < copies->layout.columns; ++*chunk) {
        struct copy copy;
        if (!find_copy(copies, *chunk * copies->layout.chunk, false, &copy)) {
            return true; /* rows repeat after as many chunks as there are legs */
        }
    }
    return false;
}
