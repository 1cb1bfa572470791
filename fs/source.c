/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/source.h"

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

/* Sources one over another: a disk, a slice in a slice, a file and more. */
enum { DEPTH_LIMIT = 32 };

int source_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    if (offset >= source->size) {
        return fail(source->log, ERR_RANGE, "%s: byte %lu is past its end at %lu", source->name,
                    offset, source->size);
    }
    int error = source->where(source, offset, extent);
    if (error == 0) {
        extent->length = min_u64(extent->length, source->size - offset);
    }
    return error;
}

/* One step down. What stands above it sees all other copies, so its spare is the better one. */
static int resolve_below(struct extent *extent)
{
    uint64_t length = extent->length;
    struct spare spare = extent->spare;
    int error = source_where(extent->below, extent->offset, extent);
    if (error != 0) {
        return error;
    }
    extent->length = min_u64(extent->length, length);
    if (spare.source != NULL) {
        extent->spare = spare;
    }
    return 0;
}

int source_resolve(const struct source *source, uint64_t offset, struct extent *extent)
{
    int error = source_where(source, offset, extent);
    for (int depth = 0; error == 0 && extent->kind == EXTENT_BELOW; depth++) {
        if (depth == DEPTH_LIMIT) {
            return fail(source->log, ERR_LOOP, "%s: lies over too many others", source->name);
        }
        error = resolve_below(extent);
    }
    return error;
}

/* ---- a whole disk --------------------------------------------------------------------------- */

static int disk_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct disk_source *disk = (const struct disk_source *)source;
    *extent = (struct extent){
        .kind = EXTENT_DISK, .length = source->size - offset, .disk = disk->disk, .offset = offset};
    return 0;
}

void disk_source_open(struct disk_source *source, struct disk *disk, struct log *log)
{
    source->source =
        (struct source){.name = disk->name, .size = disk->size, .log = log, .where = disk_where};
    source->disk = disk;
}

/* ---- a part of another source --------------------------------------------------------------- */

static int slice_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct slice_source *slice = (const struct slice_source *)source;
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = source->size - offset,
                              .below = slice->below,
                              .offset = slice->offset + offset};
    return 0;
}

int slice_source_open(struct slice_source *slice, const struct source *below, uint64_t offset,
                      uint64_t length, const char *name)
{
    if (!range_within(offset, length, below->size)) {
        return fail(below->log, ERR_RANGE, "%s: bytes %lu to %lu are past the end of %s at %lu",
                    name, offset, offset + length, below->name, below->size);
    }
    slice->source =
        (struct source){.name = name, .size = length, .log = below->log, .where = slice_where};
    slice->below = below;
    slice->offset = offset;
    return 0;
}

/* ---- bytes in memory ------------------------------------------------------------------------ */

static int memory_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct memory_source *memory = (const struct memory_source *)source;
    *extent = (struct extent){
        .kind = EXTENT_MEMORY, .length = source->size - offset, .memory = memory->bytes + offset};
    return 0;
}

void memory_source_open(struct memory_source *source, const void *bytes, uint64_t size,
                        const char *name, struct log *log)
{
    source->source = (struct source){.name = name, .size = size, .log = log, .where = memory_where};
    source->bytes = bytes;
}
