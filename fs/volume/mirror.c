/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/mirror.h"

#include <stdbool.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

struct mirror_half {
    struct mirror_half *next;
    const struct source *below;
    uint64_t offset; /* of the mirror's first byte */
    bool failed;     /* something could not be read: it is asked last */
};

/* The first half that has not failed; or, when all have, the first. */
static const struct mirror_half *best_half(const struct mirror *mirror)
{
    const struct mirror_half *half = mirror->halves;
    while (half != NULL && half->failed) {
        half = half->next;
    }
    return half != NULL ? half : mirror->halves;
}

static int mirror_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct mirror *mirror = (const struct mirror *)source;
    const struct mirror_half *half = best_half(mirror);
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = source->size - offset,
                              .below = half->below,
                              .offset = half->offset + offset};
    if (mirror->halves->next != NULL) {
        extent->spare = (struct spare){.source = source, .offset = offset};
    }
    return 0;
}

/* Reads from the halves that have failed, or from those that have not. Returns 0 or an error. */
static int read_halves(const struct mirror *mirror, bool failed, uint64_t offset, void *buffer,
                       size_t length)
{
    int error = ERR_IO;
    for (struct mirror_half *half = mirror->halves; half != NULL; half = half->next) {
        if (half->failed != failed) {
            continue;
        }
        error = source_read(half->below, half->offset + offset, buffer, length);
        if (error == 0) {
            return 0;
        }
        half->failed = true;
    }
    return error;
}

/* Tries once more where it failed: which half that was is seen then, and said. */
static int mirror_make(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    const struct mirror *mirror = (const struct mirror *)source;
    const struct mirror_half *before = best_half(mirror);
    int error = read_halves(mirror, false, offset, buffer, length);
    if (error != 0) {
        return read_halves(mirror, true, offset, buffer, length);
    }
    if (best_half(mirror) != before) {
        log_line(source->log, "%s: %s is read instead of %s", source->name,
                 best_half(mirror)->below->name, before->below->name);
    }
    return 0;
}

void mirror_open(struct mirror *mirror, uint64_t size, const char *name, struct log *log)
{
    *mirror = (struct mirror){
        .source = {
            .name = name, .size = size, .log = log, .where = mirror_where, .make = mirror_make}};
}

int mirror_add(struct mirror *mirror, const struct source *below, uint64_t offset,
               struct arena *arena)
{
    uint64_t size = mirror->source.size;
    if (!range_within(offset, size, below->size)) {
        return fail(below->log, ERR_RANGE, "%s: bytes %lu to %lu are past the end of %s at %lu",
                    mirror->source.name, offset, offset + size, below->name, below->size);
    }
    struct mirror_half *half = arena_alloc(arena, sizeof *half);
    if (half == NULL) {
        return ERR_NO_MEMORY;
    }
    *half = (struct mirror_half){.below = below, .offset = offset};
    struct mirror_half **end = &mirror->halves;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = half;
    return 0;
}
