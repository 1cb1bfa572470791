/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbolic links: their text is in their inode, or in extents of their own. */
#include <string.h>

#include "fs/xfs/blocks.h"
#include "fs/xfs/checksum.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

static bool is_piece(const struct node *link, const uint8_t *bytes, size_t size)
{
    return !xfs_of(link)->has_checksums ||
           (be32(bytes) == LINK_MAGIC && be32(bytes + LINK_BYTES) <= size - LINK_HEADER_SIZE);
}

/* The extent at a byte of the link, whole: an xfs_fill. */
static int fill_piece(struct node *link, uint64_t offset, uint8_t *bytes)
{
    static const struct xfs_stamp stamp = {LINK_CHECKSUM, LINK_PLACE, LINK_OWNER};
    struct extent extent;
    int error = node_where(link, offset, &extent);
    if (error != 0) {
        return error;
    }
    if (extent.kind != EXTENT_BELOW || extent.length > xfs_blocks_room(link->volume)) {
        return xfs_wrong(link, "its text is not where it should be");
    }
    error = volume_read(link->volume, extent.offset, bytes, extent.length);
    if (error != 0) {
        return error;
    }
    error = xfs_check_stamp(link, &stamp, extent.offset, bytes, extent.length);
    if (error != 0) {
        return error;
    }
    return is_piece(link, bytes, extent.length)
               ? 0
               : xfs_wrong_block(link, extent.offset, "it holds no link's text");
}

/* Adds to the text what the extent at *offset holds, and moves that past it. */
static int take_piece(struct node *link, uint64_t *offset, char *text, size_t *done)
{
    size_t header = xfs_of(link)->has_checksums ? LINK_HEADER_SIZE : 0;
    struct extent extent;
    const uint8_t *bytes;
    int error = node_where(link, *offset, &extent);
    if (error != 0) {
        return error;
    }
    error = xfs_block(link, fill_piece, *offset, &bytes);
    if (error != 0) {
        return error;
    }
    size_t count = header != 0 ? be32(bytes + LINK_BYTES) : extent.length;
    count = min_u64(count, link->size - *done);
    memcpy(text + *done, bytes + header, count);
    *offset += extent.length;
    *done += count;
    return count != 0 ? 0 : xfs_wrong(link, "its text ends before its size");
}

int xfs_link(struct node *link, char *text)
{
    const uint8_t *fork;
    uint64_t offset = 0;
    size_t done = 0;
    if (link->size == 0 || link->size >= LINK_SIZE) {
        return xfs_wrong(link, "a symbolic link of a size that cannot be");
    }
    text[link->size] = '\0';
    if (xfs_node_of(link)->format == FORMAT_LOCAL) {
        int error = xfs_fork(link, &fork);
        if (error == 0) {
            memcpy(text, fork, link->size);
        }
        return error;
    }
    while (done < link->size) {
        int error = take_piece(link, &offset, text, &done);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
