/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/space.h"

#include <string.h>

#include "fs/volume/leg.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- chunks --------------------------------------------------------------------------------- */

static const struct btrfs_chunk *chunk_at(const struct btrfs_space *space, uint64_t place)
{
    size_t low = 0, high = space->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (space->chunks[middle].place <= place) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return &space->chunks[low];
}

bool btrfs_space_find(const struct btrfs_space *space, uint64_t address, uint64_t length,
                      uint64_t *place)
{
    size_t low = 0, high = space->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (space->chunks[middle].address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0) {
        return false;
    }
    const struct btrfs_chunk *chunk = &space->chunks[low - 1];
    *place = chunk->place + (address - chunk->address);
    return range_within(address - chunk->address, length, chunk->length);
}

const char *btrfs_space_lack(const struct btrfs_space *space)
{
    return space->lacks ? "it lies on devices that are missing" : "it lies in no chunk";
}

/* ---- copies --------------------------------------------------------------------------------- */

/* One copy of a run of bytes, of which `length` lie in a row. */
struct run {
    unsigned leg;
    uint64_t offset; /* in the leg */
    uint64_t length;
};

static struct run find_copy(const struct btrfs_chunk *chunk, uint64_t offset, unsigned copy)
{
    unsigned groups = chunk->count / chunk->copies;
    uint64_t number = offset / chunk->stripe_length, within = offset % chunk->stripe_length;
    if (groups == 1) {
        return (struct run){.leg = copy, .offset = offset, .length = chunk->length - offset};
    }
    return (struct run){.leg = (unsigned)(number % groups) * chunk->copies + copy,
                        .offset = number / groups * chunk->stripe_length + within,
                        .length = chunk->stripe_length - within};
}

/* Rows take turns, so that striped copies are read side by side. */
static unsigned first_choice(const struct btrfs_chunk *chunk, uint64_t offset)
{
    unsigned groups = chunk->count / chunk->copies;
    return groups == 1 ? 0 : (unsigned)(offset / chunk->stripe_length / groups % chunk->copies);
}

/* The first copy, from the choice on, whose leg is there and has failed or not. */
static bool choose_copy(const struct btrfs_chunk *chunk, uint64_t offset, bool failed,
                        struct run *run)
{
    unsigned first = first_choice(chunk, offset);
    for (unsigned i = 0; i < chunk->copies; i++) {
        *run = find_copy(chunk, offset, (first + i) % chunk->copies);
        const struct leg *leg = &chunk->legs[run->leg];
        if (leg->below != NULL && leg->failed == failed) {
            return true;
        }
    }
    return false;
}

static int lost(const struct btrfs_space *space)
{
    return fail(space->source.log, ERR_IO, "%s: what is read lies on devices that are missing",
                space->source.name);
}

static int copies_where(const struct btrfs_space *space, const struct btrfs_chunk *chunk,
                        uint64_t place, struct extent *extent)
{
    struct run run;
    uint64_t offset = place - chunk->place;
    if (!choose_copy(chunk, offset, false, &run) && !choose_copy(chunk, offset, true, &run)) {
        return lost(space);
    }
    const struct leg *leg = &chunk->legs[run.leg];
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = run.length,
                              .below = leg->below,
                              .offset = leg->offset + run.offset};
    if (chunk->copies > 1) {
        extent->spare = (struct spare){.source = &space->source, .offset = place};
    }
    return 0;
}

/* Tries once more where it failed: which leg that was is seen then, and said. */
static int read_any(const struct btrfs_space *space, const struct btrfs_chunk *chunk,
                    uint64_t offset, void *buffer, size_t length)
{
    struct run run;
    while (choose_copy(chunk, offset, false, &run)) {
        struct leg *leg = &chunk->legs[run.leg];
        if (leg_read(leg, run.offset, buffer, length) == 0) {
            return 0;
        }
        leg->failed = true;
        log_line(space->source.log, "%s: the other copies are read instead of %s",
                 space->source.name, leg->below->name);
    }
    int error = ERR_IO;
    for (unsigned copy = 0; error != 0 && copy < chunk->copies; copy++) {
        run = find_copy(chunk, offset, copy);
        error = leg_read(&chunk->legs[run.leg], run.offset, buffer, length);
    }
    return error;
}

/* ---- parity --------------------------------------------------------------------------------- */

/* The chunk as a source, over these legs; it has the scratch of all. */
static struct parity parity_of(const struct btrfs_space *space, const struct btrfs_chunk *chunk,
                               struct leg *legs)
{
    struct parity parity = space->parity;
    parity.source.size = chunk->length;
    parity.legs = legs;
    parity.layout = (struct parity_layout){.columns = chunk->count,
                                           .parities = chunk->parities,
                                           .algorithm = PARITY_RIGHT_SYMMETRIC,
                                           .chunk = chunk->stripe_length,
                                           .turn = chunk->count - chunk->parities};
    return parity;
}

static int parity_where(const struct btrfs_space *space, const struct btrfs_chunk *chunk,
                        uint64_t place, struct extent *extent)
{
    struct parity parity = parity_of(space, chunk, chunk->legs);
    int error = parity.source.where(&parity.source, place - chunk->place, extent);
    if (extent->kind == EXTENT_MADE && chunk->missing > chunk->parities) {
        return lost(space);
    }
    if (extent->kind == EXTENT_MADE) {
        extent->below = &space->source;
        extent->offset = place;
    } else {
        extent->spare = (struct spare){.source = &space->source, .offset = place};
    }
    return error;
}

/* As if the leg that has the bytes were missing, and for numbers above 0 another one too. */
static int work_out(const struct btrfs_space *space, const struct btrfs_chunk *chunk,
                    uint64_t offset, void *buffer, size_t length, unsigned number)
{
    struct parity parity = parity_of(space, chunk, space->legs);
    unsigned column = parity_find(&parity.layout, offset).column;
    memcpy(space->legs, chunk->legs, chunk->count * sizeof *space->legs);
    space->legs[column].below = NULL;
    space->legs[(column + number) % chunk->count].below = NULL;
    return parity.source.make(&parity.source, offset, buffer, length);
}

/* ---- the source ----------------------------------------------------------------------------- */

static int space_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct btrfs_space *space = (const struct btrfs_space *)source;
    const struct btrfs_chunk *chunk = chunk_at(space, offset);
    return chunk->parities > 0 ? parity_where(space, chunk, offset, extent)
                               : copies_where(space, chunk, offset, extent);
}

static int space_make(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    const struct btrfs_space *space = (const struct btrfs_space *)source;
    const struct btrfs_chunk *chunk = chunk_at(space, offset);
    if (chunk->parities > 0) {
        struct parity parity = parity_of(space, chunk, chunk->legs);
        return parity.source.make(&parity.source, offset - chunk->place, buffer, length);
    }
    return read_any(space, chunk, offset - chunk->place, buffer, length);
}

void btrfs_space_begin(struct btrfs_space *space, const struct source *named)
{
    space->source = (struct source){
        .name = named->name, .log = named->log, .where = space_where, .make = space_make};
}

unsigned btrfs_space_copies(const struct btrfs_space *space, uint64_t place)
{
    const struct btrfs_chunk *chunk = chunk_at(space, place);
    if (chunk->parities == 0) {
        return chunk->copies > 1 ? chunk->copies : 0; /* the only one has been read */
    }
    return chunk->parities == 1 ? 1 : chunk->count;
}

/* What is left of the stripe that byte `offset` of a chunk is in. */
static size_t rest_of_stripe(const struct btrfs_chunk *chunk, uint64_t offset, size_t length)
{
    return min_u64(length, chunk->stripe_length - offset % chunk->stripe_length);
}

int btrfs_space_read(const struct btrfs_space *space, uint64_t place, void *buffer, size_t length,
                     unsigned number)
{
    const struct btrfs_chunk *chunk = chunk_at(space, place);
    uint64_t offset = place - chunk->place;
    uint8_t *target = buffer;
    for (size_t done = 0, count = 0; done < length; done += count) {
        count = rest_of_stripe(chunk, offset + done, length - done);
        int error;
        if (chunk->parities > 0) {
            error = work_out(space, chunk, offset + done, target + done, count, number);
        } else {
            struct run run = find_copy(chunk, offset + done, number);
            error = leg_read(&chunk->legs[run.leg], run.offset, target + done, count);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
