/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/pieces.h"

#include "lib/error.h"
#include "lib/log.h"

/* A hole takes as little as one block address, of 4 bytes; an empty volume has a few all the same. */
enum { SMALLEST_ADDRESS = 4, ALWAYS = 64 };

void pieces_begin(struct pieces *pieces, const struct file *file)
{
    const struct volume *volume = file->node->volume;
    uint64_t room = volume->source->size;
    *pieces = (struct pieces){.file = file,
                              .count_left = room / SMALLEST_ADDRESS + ALWAYS,
                              .bytes_left = volume->shares_blocks ? UINT64_MAX : room};
}

/* Takes one run off what there is room for. */
static int count(struct pieces *pieces, const struct extent *extent)
{
    const struct source *source = &pieces->file->source;
    uint64_t bytes = extent->kind == EXTENT_BELOW ? extent->length : 0;
    if (pieces->count_left == 0 || bytes > pieces->bytes_left) {
        return fail(source->log, ERR_CORRUPT, "%s: it is larger than its file system has room for",
                    source->name);
    }
    pieces->count_left--;
    pieces->bytes_left -= bytes;
    return 0;
}

int pieces_next(struct pieces *pieces, uint64_t *offset, uint64_t *length)
{
    const struct source *source = &pieces->file->source;
    while (pieces->offset < source->size) {
        struct extent extent;
        int error = source_where(source, pieces->offset, &extent);
        if (error != 0) {
            return error;
        }
        error = count(pieces, &extent);
        if (error != 0) {
            return error;
        }
        pieces->offset += extent.length;
        if (extent.kind != EXTENT_ZERO) {
            *length = extent.length;
            *offset = pieces->offset - extent.length;
            return 1;
        }
    }
    return 0;
}
