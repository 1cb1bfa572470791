/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a file's offset to a place on the volume, by a list of extents or a tree of them. They are
 * sorted and do not overlap, and a child's lie between its parent's key and the next one: that is
 * checked, for searching in halves finds something in any disorder too.
 */
#include "fs/xfs/blocks.h"
#include "fs/xfs/checksum.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/remaps.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

/* An extent. */
struct run {
    uint64_t first, count; /* blocks of the file */
    uint64_t start;        /* block of the file system */
    bool unwritten;
};

/*
 * A node or leaf of the tree, or the list: sorted records that begin with, or are, a block of the
 * file.
 */
struct level {
    const uint8_t *records, *pointers; /* extents, or keys and as many pointers */
    uint64_t count;
    unsigned level; /* 0: of extents */
};

/* ---- records -------------------------------------------------------------------------------- */

static struct run run_of(const uint8_t *extent)
{
    uint64_t high = be64(extent), low = be64(extent + 8);
    uint64_t start_high = high & ((1U << EXTENT_START_HIGH_BITS) - 1);
    return (struct run){
        .first = (high & INT64_MAX) >> EXTENT_START_HIGH_BITS,
        .count = low & ((1U << EXTENT_COUNT_BITS) - 1),
        .start = start_high << EXTENT_START_LOW_BITS | low >> EXTENT_COUNT_BITS,
        .unwritten = high >> 63 != 0,
    };
}

static uint64_t first_of(const struct level *level, uint64_t index)
{
    return level->level == 0 ? run_of(level->records + index * EXTENT_SIZE).first
                             : be64(level->records + index * BTREE_KEY_SIZE);
}

/* The first block after those of a record; a key does not say how far its child goes. */
static uint64_t end_of(const struct level *level, uint64_t index)
{
    uint64_t count = level->level == 0 ? run_of(level->records + index * EXTENT_SIZE).count : 1;
    return first_of(level, index) + count;
}

static uint64_t pointer_of(const struct level *level, uint64_t index)
{
    return be64(level->pointers + index * BTREE_KEY_SIZE);
}

/* ---- checking ------------------------------------------------------------------------------- */

static const char *wrong_record(const struct xfs *xfs, const struct level *level, uint64_t index)
{
    uint64_t start = level->level == 0 ? run_of(level->records + index * EXTENT_SIZE).start
                                       : pointer_of(level, index);
    uint64_t first = first_of(level, index), end = end_of(level, index), place;
    if (first == end || first >= FILE_BLOCKS_LIMIT || end > FILE_BLOCKS_LIMIT) {
        return "one of its extents has a length that cannot be right";
    }
    if (!xfs_find_blocks(xfs, start, end - first, &place)) {
        return "its extents leave the file system";
    }
    return index > 0 && first < end_of(level, index - 1) ? "its extents are not in order" : NULL;
}

static const char *wrong_level(const struct xfs *xfs, const struct level *level)
{
    const char *wrong = NULL;
    for (uint64_t i = 0; wrong == NULL && i < level->count; i++) {
        wrong = wrong_record(xfs, level, i);
    }
    return wrong;
}

/* ---- levels --------------------------------------------------------------------------------- */

/* One of a tree, in `room` bytes after its header. False: it cannot be. */
static bool open_level(struct level *level, const uint8_t *records, size_t room)
{
    size_t most = room / BTREE_RECORD_SIZE;
    level->records = records;
    level->pointers = records + most * BTREE_KEY_SIZE;
    return level->count != 0 && level->count <= most && level->level <= BTREE_LEVEL_LIMIT;
}

static size_t header_size(const struct xfs *xfs)
{
    return xfs->has_checksums ? BMAP_HEADER_SIZE_V5 : BMAP_HEADER_SIZE;
}

static bool open_block(const struct xfs *xfs, struct level *level, const uint8_t *bytes)
{
    size_t header = header_size(xfs);
    level->level = be16(bytes + BMAP_LEVEL);
    level->count = be16(bytes + BMAP_COUNT);
    return open_level(level, bytes + header, xfs->block_size - header) &&
           be32(bytes) == (xfs->has_checksums ? BMAP_MAGIC_V5 : BMAP_MAGIC);
}

static int open_fork(struct node *node, struct level *level)
{
    const struct xfs_node *private = xfs_node_of(node);
    const uint8_t *fork;
    int error = xfs_fork(node, &fork);
    if (error != 0) {
        return error;
    }
    if (private->format == FORMAT_EXTENTS) {
        *level = (struct level){.records = fork, .count = private->extents};
    } else {
        level->level = be16(fork + ROOT_LEVEL);
        level->count = be16(fork + ROOT_COUNT);
        if (!open_level(level, fork + ROOT_HEADER_SIZE, private->fork_size - ROOT_HEADER_SIZE) ||
            level->level == 0) {
            return xfs_wrong(node, "the root of its extents is damaged");
        }
    }
    const char *wrong = wrong_level(xfs_of(node), level);
    return wrong != NULL ? xfs_wrong(node, wrong) : 0;
}

/* A block of the tree: an xfs_fill. */
static int fill_level(struct node *node, uint64_t place, uint8_t *bytes)
{
    static const struct xfs_stamp stamp = {BMAP_CHECKSUM, BMAP_PLACE, BMAP_OWNER};
    const struct xfs *xfs = xfs_of(node);
    struct level level;
    int error = volume_read(node->volume, place, bytes, xfs->block_size);
    if (error != 0) {
        return error;
    }
    error = xfs_check_stamp(node, &stamp, place, bytes, xfs->block_size);
    if (error != 0) {
        return error;
    }
    if (!open_block(xfs, &level, bytes)) {
        return xfs_wrong_block(node, place, "its extents are damaged");
    }
    const char *wrong = wrong_level(xfs, &level);
    return wrong != NULL ? xfs_wrong_block(node, place, wrong) : 0;
}

/* ---- searching ------------------------------------------------------------------------------ */

/* How many of the records begin at or before `block`. */
static uint64_t count_until(const struct level *level, uint64_t block)
{
    uint64_t low = 0, high = level->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (first_of(level, middle) <= block) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The child of a record, which covers `first` to `end`. */
static int open_child(struct node *node, struct level *level, uint64_t index, uint64_t end)
{
    uint64_t first = first_of(level, index), place;
    unsigned parent = level->level;
    const uint8_t *bytes;
    (void)xfs_find_blocks(xfs_of(node), pointer_of(level, index), 1, &place); /* it was checked */
    int error = xfs_block(node, fill_level, place, &bytes);
    if (error != 0) {
        return error;
    }
    (void)open_block(xfs_of(node), level, bytes); /* likewise */
    if (level->level != parent - 1) {
        return xfs_wrong_block(node, place, "its extents have levels in disorder");
    }
    if (first_of(level, 0) < first || end_of(level, level->count - 1) > end) {
        return xfs_wrong_block(node, place, "its extents are not in order");
    }
    return 0;
}

/*
 * The run of the last extent that begins at or before `block`, and where the next one begins. What
 * there is none of stays as it is.
 */
static int find_run(struct node *node, uint64_t block, struct run *run, uint64_t *next)
{
    struct level level;
    int error = open_fork(node, &level);
    while (error == 0) {
        uint64_t until = count_until(&level, block);
        *next = until < level.count ? first_of(&level, until) : *next;
        if (until == 0) {
            return 0;
        }
        if (level.level == 0) {
            *run = run_of(level.records + (until - 1) * EXTENT_SIZE);
            return 0;
        }
        error = open_child(node, &level, until - 1, *next);
    }
    return error;
}

/* Where `block` lies, 0 (which is the superblock's) for a hole, and for how many blocks that is so. */
static int find(struct node *node, uint64_t block, uint64_t *start, uint64_t *count)
{
    const struct xfs_remaps *remaps = xfs_of(node)->remaps;
    uint64_t next = FILE_BLOCKS_LIMIT;
    struct run run = {0};
    int error = find_run(node, block, &run, &next);
    if (error != 0) {
        return error;
    }
    bool is_mapped = block < run.first + run.count;
    *start = is_mapped && !run.unwritten ? run.start + (block - run.first) : 0;
    *count = (is_mapped ? run.first + run.count : next) - block;
    if (remaps != NULL) {
        (void)remaps_find(remaps, node->id.object, block, start, count);
    }
    return 0;
}

int xfs_map(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct xfs *xfs = xfs_of(node);
    uint64_t block = offset / xfs->block_size, skip = offset % xfs->block_size;
    uint64_t start, count, length, place;
    if (xfs_node_of(node)->format == FORMAT_LOCAL) {
        return xfs_wrong(node, "its data are not where a file's are");
    }
    int error = find(node, block, &start, &count);
    if (error != 0) {
        return error;
    }
    if (!checked_mul(count, xfs->block_size, &length)) {
        length = UINT64_MAX;
    }
    *extent = (struct extent){.kind = EXTENT_ZERO, .length = length - skip};
    if (start != 0) {
        (void)xfs_find_blocks(xfs, start, count, &place); /* it was checked */
        extent->kind = EXTENT_BELOW;
        extent->offset = place + skip;
    }
    return 0;
}
