/* SPDX-License-Identifier: BSD-2-Clause */
/* Directory blocks, and the entries in them. */
#include <string.h>

#include "fs/xfs/blocks.h"
#include "fs/xfs/checksum.h"
#include "fs/xfs/dir.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

int xfs_wrong_directory(const struct node *directory, uint64_t at)
{
    return fail(directory->volume->log, ERR_CORRUPT, "%s: XFS directory %lu is damaged at byte %lu",
                volume_subject(directory->volume), directory->id.object, at);
}

enum node_type xfs_entry_type(uint8_t type)
{
    static const enum node_type types[] = {[1] = NODE_FILE, [2] = NODE_DIRECTORY, [7] = NODE_LINK};
    return type < sizeof types / sizeof types[0] ? types[type] : NODE_OTHER;
}

/* ---- blocks --------------------------------------------------------------------------------- */

int xfs_read_directory(struct node *directory, uint64_t offset, uint8_t *bytes, uint64_t *place)
{
    uint32_t size = xfs_of(directory)->dir_block_size;
    for (uint64_t done = 0, count; done < size; done += count) {
        struct extent extent;
        int error = node_where(directory, offset + done, &extent);
        if (error != 0) {
            return error;
        }
        if (extent.kind != EXTENT_BELOW) {
            return xfs_wrong_directory(directory, offset + done); /* it has a hole */
        }
        *place = done == 0 ? extent.offset : *place;
        count = min_u64(extent.length, size - done);
        error = volume_read(directory->volume, extent.offset, bytes + done, count);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static size_t header_size(const struct xfs *xfs)
{
    return xfs->has_checksums ? DIR_HEADER_SIZE_V5 : DIR_HEADER_SIZE;
}

static bool is_only_block(const uint8_t *bytes)
{
    return be32(bytes) == BLOCK_MAGIC || be32(bytes) == BLOCK_MAGIC_V5;
}

/* Where a block's entries end; 0: that cannot be right. */
static size_t entries_end(const struct xfs *xfs, const uint8_t *bytes)
{
    size_t room = xfs->dir_block_size - header_size(xfs) - TAIL_SIZE;
    uint32_t count = be32(bytes + xfs->dir_block_size - TAIL_SIZE);
    if (!is_only_block(bytes)) {
        return xfs->dir_block_size;
    }
    return count <= room / INDEX_ENTRY_SIZE
               ? xfs->dir_block_size - TAIL_SIZE - (size_t)count * INDEX_ENTRY_SIZE
               : 0;
}

static bool has_magic(const struct xfs *xfs, const uint8_t *bytes)
{
    uint32_t magic = be32(bytes);
    return xfs->has_checksums ? magic == DATA_MAGIC_V5 || magic == BLOCK_MAGIC_V5
                              : magic == DATA_MAGIC || magic == BLOCK_MAGIC;
}

/* A block of entries, at a byte of the directory: an xfs_fill. */
static int fill_entries(struct node *directory, uint64_t offset, uint8_t *bytes)
{
    static const struct xfs_stamp stamp = {DATA_CHECKSUM, DATA_PLACE, DATA_OWNER};
    const struct xfs *xfs = xfs_of(directory);
    uint64_t place = 0;
    int error = xfs_read_directory(directory, offset, bytes, &place);
    if (error != 0) {
        return error;
    }
    error = xfs_check_stamp(directory, &stamp, place, bytes, xfs->dir_block_size);
    if (error != 0) {
        return error;
    }
    return has_magic(xfs, bytes) && entries_end(xfs, bytes) != 0
               ? 0
               : xfs_wrong_block(directory, place, "it holds no entries of a directory");
}

/* ---- entries -------------------------------------------------------------------------------- */

/* How many bytes an entry takes. */
static size_t entry_size(const struct xfs *xfs, const uint8_t *entry)
{
    size_t type_size = xfs->has_types ? 1 : 0;
    return align_up(DE_NAME + entry[DE_NAME_LENGTH] + type_size + DE_TAG_SIZE, DE_ALIGNMENT);
}

/*
 * From the entry's bytes, of which there are `left`: a multiple of 8. Returns its length; 0: it is
 * wrong.
 */
static size_t take_entry(const struct xfs *xfs, const uint8_t *bytes, size_t left,
                         struct dir_entry *entry)
{
    entry->name[0] = '\0';
    if (be16(bytes) == DE_UNUSED_TAG) {
        size_t length = be16(bytes + DE_UNUSED_LENGTH);
        return length % DE_ALIGNMENT == 0 && length <= left ? length : 0;
    }
    size_t name_length = left > DE_NAME ? bytes[DE_NAME_LENGTH] : 0;
    if (name_length == 0 || entry_size(xfs, bytes) > left) {
        return 0;
    }
    uint8_t type = xfs->has_types ? bytes[DE_NAME + name_length] : 0;
    entry->id = (struct node_id){.object = be64(bytes)};
    entry->type = xfs_entry_type(type);
    memcpy(entry->name, bytes + DE_NAME, name_length);
    entry->name[name_length] = '\0';
    return entry_size(xfs, bytes);
}

int xfs_read_entry(struct node *directory, uint64_t at, struct dir_entry *entry, uint64_t *length)
{
    const struct xfs *xfs = xfs_of(directory);
    uint64_t start = align_down(at, xfs->dir_block_size);
    const uint8_t *bytes;
    int error = xfs_block(directory, fill_entries, start, &bytes);
    if (error != 0) {
        return error;
    }
    size_t end = entries_end(xfs, bytes), skip = at - start;
    if (skip >= end) {
        return 0;
    }
    bool is_place = skip >= header_size(xfs) && skip % DE_ALIGNMENT == 0;
    *length = is_place ? take_entry(xfs, bytes + skip, end - skip, entry) : 0;
    return *length != 0 ? 1 : xfs_wrong_directory(directory, at);
}
