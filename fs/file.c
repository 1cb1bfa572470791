/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "fs/fs.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* A file's source owns a node whose cursor moves as it is read; the bytes stay the same. */
static int file_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    struct node *node = ((const struct file *)source)->node;
    const char *before = node->volume->subject;
    node->volume->subject = source->name;
    int error = node_where(node, offset, extent);
    node->volume->subject = before;
    if (error == 0 && extent->kind == EXTENT_MADE) {
        extent->below = source;
        extent->offset = offset;
    }
    return error;
}

static int file_make(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    struct node *node = ((const struct file *)source)->node;
    const char *before = node->volume->subject;
    node->volume->subject = source->name;
    int error = node->volume->type->make(node, offset, buffer, length);
    node->volume->subject = before;
    return error;
}

int file_open(struct file *file, struct node *node, const char *name)
{
    if (node->type != NODE_FILE) {
        return fail(node->volume->log, ERR_WRONG_TYPE, "%s: not a regular file", name);
    }
    file->source = (struct source){.name = name,
                                   .size = node->size,
                                   .log = node->volume->log,
                                   .where = file_where,
                                   .make = file_make};
    file->node = node;
    return 0;
}

/* The bytes at `offset`, which all lie in `extent`, through the cache. */
static int read_extent(struct node *node, uint64_t offset, const struct extent *extent,
                       uint8_t *buffer, size_t length)
{
    switch (extent->kind) {
    case EXTENT_BELOW:
        return volume_read(node->volume, extent->offset, buffer, length);
    case EXTENT_MADE:
        return node->volume->type->make(node, offset, buffer, length);
    default:
        if (node->type == NODE_DIRECTORY) { /* of which there could be terabytes */
            return fail(node->volume->log, ERR_CORRUPT, "%s: directory %lu has a hole at byte %lu",
                        volume_subject(node->volume), node->id.object, offset);
        }
        memset(buffer, 0, length);
        return 0;
    }
}

int node_read(struct node *node, uint64_t offset, void *buffer, size_t length)
{
    if (!range_within(offset, length, node->size)) {
        return fail(node->volume->log, ERR_RANGE, "%s: inode %lu: byte %lu is past its end at %lu",
                    volume_subject(node->volume), node->id.object, offset + length, node->size);
    }
    uint8_t *target = buffer;
    while (length > 0) {
        struct extent extent;
        int error = node_where(node, offset, &extent);
        if (error != 0) {
            return error;
        }
        size_t count = min_u64(length, extent.length);
        error = read_extent(node, offset, &extent, target, count);
        if (error != 0) {
            return error;
        }
        target += count;
        offset += count;
        length -= count;
    }
    return 0;
}
