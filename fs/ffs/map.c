/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a file's offset to a place on the volume: 12 direct blocks, then single, double and triple
 * indirect ones. Blocks that follow each other make one run; the latest run is kept, for what is
 * read next is most often in it.
 */
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { BATCH = 64 }; /* addresses that are read at once */

/* A table of block addresses, and how many of the file's blocks one address stands for. */
struct block_table {
    uint64_t offset; /* bytes of the volume; 0: the table in the inode */
    uint64_t index;  /* of the address that leads to the wanted block */
    uint64_t length; /* addresses in it */
    uint64_t span;
};

static size_t address_size(const struct ffs *ffs)
{
    return ffs->is_v2 ? 8 : 4;
}

/* ---- addresses that can be ------------------------------------------------------------------ */

/* Is any of it where a group has its superblock's copy, header and inodes, or the boot area? */
static bool meets_metadata(const struct ffs *ffs, uint64_t group, uint64_t first, uint64_t end)
{
    uint64_t start = ffs_group_start(ffs, group);
    return first < start + ffs->data && end > (group == 0 ? 0 : start + ffs->super_copy);
}

/* Can a file have these fragments, of which there is at least one? Says why not, or NULL. */
static const char *wrong_place(const struct ffs *ffs, uint64_t address, uint64_t fragments)
{
    if (!range_within(address, fragments, ffs->size)) {
        return "outside the file system";
    }
    uint64_t first = address / ffs->fragments_per_group;
    uint64_t last = (address + fragments - 1) / ffs->fragments_per_group;
    bool wrong = last - first > 1 || meets_metadata(ffs, first, address, address + fragments) ||
                 meets_metadata(ffs, last, address, address + fragments);
    return wrong ? "where inodes or superblocks are" : NULL;
}

static int check_place(const struct node *node, const char *what, uint64_t address,
                       uint64_t fragments)
{
    const char *wrong = wrong_place(ffs_of(node), address, fragments);
    if (wrong == NULL) {
        return 0;
    }
    return fail(node->volume->log, ERR_CORRUPT, "%s: FFS inode %lu: %s of it lies %s",
                volume_subject(node->volume), node->id.object, what, wrong);
}

/* ---- reading addresses ---------------------------------------------------------------------- */

/* The `count` addresses from `index` on; the caller knows that the table has them. */
static int read_addresses(const struct node *node, const struct block_table *table, uint64_t index,
                          size_t count, uint64_t *addresses)
{
    const struct ffs *ffs = ffs_of(node);
    size_t size = address_size(ffs);
    uint8_t bytes[BATCH * 8];
    const uint8_t *p = bytes;
    if (table->offset == 0) {
        p = ffs_node_of(node)->pointers + index * size;
    } else {
        int error = volume_read(node->volume, table->offset + index * size, bytes, count * size);
        if (error != 0) {
            return error;
        }
    }
    for (size_t i = 0; i < count; i++) {
        addresses[i] = ffs->is_v2 ? ffs_load64(ffs, p + i * size) : ffs_load32(ffs, p + i * size);
    }
    return 0;
}

/*
 * How many blocks from the wanted one, at `first`, follow each other in the table and on the
 * volume.
 */
static int count_blocks(const struct node *node, const struct block_table *table, uint64_t first,
                        uint64_t *count)
{
    uint64_t step = first == 0 ? 0 : ffs_of(node)->fragments_per_block;
    uint64_t limit = table->length - table->index;
    uint64_t addresses[BATCH];
    for (*count = 1; *count < limit;) {
        size_t batch = min_u64(limit - *count, BATCH);
        int error = read_addresses(node, table, table->index + *count, batch, addresses);
        for (size_t i = 0; error == 0 && i < batch; i++, ++*count) {
            if (addresses[i] != first + *count * step) {
                return 0;
            }
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- finding the table ---------------------------------------------------------------------- */

/*
 * Which address in the inode leads to `block`; `block` becomes relative to what that covers. False:
 * none.
 */
static bool first_table(const struct ffs *ffs, uint64_t *block, struct block_table *table)
{
    uint64_t per_block = ffs->block_size / address_size(ffs);
    *table = (struct block_table){.index = *block, .length = DIRECT_BLOCKS, .span = 1};
    if (*block < DIRECT_BLOCKS) {
        *block = 0;
        return true;
    }
    *block -= DIRECT_BLOCKS;
    for (unsigned level = 0; level < INDIRECT_LEVELS; level++) {
        table->span *= per_block;
        table->index = DIRECT_BLOCKS + level;
        table->length = table->index + 1;
        if (*block < table->span) {
            return true;
        }
        *block -= table->span;
    }
    return false;
}

/*
 * The table that `address` leads to from `table`; `block` becomes relative to what one of its
 * addresses covers.
 */
static struct block_table next_table(const struct ffs *ffs, const struct block_table *table,
                                     uint64_t address, uint64_t *block)
{
    uint64_t per_block = ffs->block_size / address_size(ffs);
    uint64_t span = table->span / per_block;
    uint64_t index = *block / span;
    *block %= span;
    return (struct block_table){
        .offset = address * ffs->fragment_size, .index = index, .length = per_block, .span = span};
}

/* Goes down to the address of a block of data, or to one that is 0: a hole of the table's span. */
static int find_address(const struct node *node, uint64_t *block, struct block_table *table,
                        uint64_t *address)
{
    const struct ffs *ffs = ffs_of(node);
    if (!first_table(ffs, block, table)) {
        return ffs_corrupt(node, "it is larger than its block addresses can say");
    }
    int error = read_addresses(node, table, table->index, 1, address);
    while (error == 0 && *address != 0 && table->span > 1) {
        error = check_place(node, "an indirect block", *address, ffs->fragments_per_block);
        if (error == 0) {
            *table = next_table(ffs, table, *address, block);
            error = read_addresses(node, table, table->index, 1, address);
        }
    }
    return error;
}

/* ---- runs ----------------------------------------------------------------------------------- */

static int find_hole(const struct node *node, const struct block_table *table, uint64_t block,
                     struct ffs_run *run)
{
    uint64_t count = table->span - block;
    int error = table->span == 1 ? count_blocks(node, table, 0, &count) : 0;
    run->length = count * ffs_of(node)->block_size;
    run->place = 0;
    return error;
}

static int find_data(const struct node *node, const struct block_table *table, uint64_t address,
                     struct ffs_run *run)
{
    const struct ffs *ffs = ffs_of(node);
    uint64_t count = 0;
    int error = count_blocks(node, table, address, &count);
    if (error != 0) {
        return error;
    }
    run->length = min_u64(count * ffs->block_size, node->size - run->start);
    uint64_t fragments = (run->length + ffs->fragment_size - 1) / ffs->fragment_size;
    run->place = address * ffs->fragment_size;
    return check_place(node, "a block", address, fragments);
}

/* The run from the block that holds `offset` on. */
static int find_run(const struct node *node, uint64_t offset, struct ffs_run *run)
{
    uint64_t block = offset / ffs_of(node)->block_size;
    uint64_t address = 0;
    struct block_table table;
    *run = (struct ffs_run){.start = block * ffs_of(node)->block_size};
    int error = find_address(node, &block, &table, &address);
    if (error != 0) {
        return error;
    }
    return address == 0 ? find_hole(node, &table, block, run)
                        : find_data(node, &table, address, run);
}

int ffs_map(struct node *node, uint64_t offset, struct extent *extent)
{
    struct ffs_run *latest = &ffs_node_of(node)->run;
    if (offset < latest->start || offset - latest->start >= latest->length) {
        struct ffs_run run;
        int error = find_run(node, offset, &run);
        if (error != 0) {
            return error;
        }
        *latest = run;
    }
    uint64_t skip = offset - latest->start;
    *extent = (struct extent){.kind = latest->place == 0 ? EXTENT_ZERO : EXTENT_BELOW,
                              .length = latest->length - skip,
                              .offset = latest->place + skip};
    return 0;
}
