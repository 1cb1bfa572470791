/* SPDX-License-Identifier: BSD-2-Clause */
/* From a file's offset to a place on the volume: 12 direct blocks, then single, double and triple indirect ones. */
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { RUN_LIMIT = 256 }; /* blocks that one extent joins, at most */

/* A table of block addresses, and how many of the file's blocks one address stands for. */
struct block_table {
    uint64_t offset; /* on the volume; 0: in the inode */
    uint64_t index;  /* the address that we want */
    uint64_t length; /* addresses in it */
    uint64_t span;
};

static const struct ffs *ffs_of(const struct node *node)
{
    return node->volume->private;
}

static int corrupt(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: FFS inode %lu: %s", node->volume->source->name, node->number, what);
}

static int read_address(const struct node *node, const struct block_table *table, uint64_t index, uint64_t *address)
{
    const struct ffs *ffs = ffs_of(node);
    size_t size = ffs->is_v2 ? 8 : 4;
    uint8_t bytes[8];
    int error = 0;
    if (table->offset == 0) {
        memcpy(bytes, ((const struct ffs_node *)node->private)->pointers + index * size, size);
    } else {
        error = volume_read(node->volume, table->offset + index * size, bytes, size);
    }
    if (error == 0) {
        *address = ffs->is_v2 ? ffs_load64(ffs, bytes) : ffs_load32(ffs, bytes);
    }
    return error;
}

/* Which address in the inode leads to `block`; `block` becomes relative to what it covers. False: too large. */
static bool first_table(const struct ffs *ffs, uint64_t *block, struct block_table *table)
{
    uint64_t per_block = ffs->block_size / (ffs->is_v2 ? 8 : 4);
    *table = (struct block_table){.index = *block, .length = DIRECT_BLOCKS, .span = 1};
    if (*block < DIRECT_BLOCKS) {
        *block = 0;
        return true;
    }
    *block -= DIRECT_BLOCKS;
    for (unsigned level = 1; level <= INDIRECT_LEVELS; level++) {
        table->span *= per_block;
        table->index = DIRECT_BLOCKS + level - 1;
        table->length = table->index + 1;
        if (*block < table->span) {
            return true;
        }
        *block -= table->span;
    }
    return false;
}

static bool is_block(const struct ffs *ffs, uint64_t address)
{
    return range_within(address, ffs->fragments_per_block, ffs->size);
}

/* Goes down to the table whose address is a block of data, or is 0: a hole. */
static int find_address(const struct node *node, uint64_t *block, struct block_table *table, uint64_t *address)
{
    const struct ffs *ffs = ffs_of(node);
    uint64_t per_block = ffs->block_size / (ffs->is_v2 ? 8 : 4);
    if (!first_table(ffs, block, table)) {
        return corrupt(node, "it is larger than its block addresses can say");
    }
    int error = read_address(node, table, table->index, address);
    while (error == 0 && *address != 0 && table->span > 1) {
        if (!is_block(ffs, *address)) {
            return corrupt(node, "an indirect block outside the file system");
        }
        uint64_t span = table->span / per_block;
        *table = (struct block_table){
            .offset = *address * ffs->fragment_size, .index = *block / span, .length = per_block, .span = span};
        *block %= span;
        error = read_address(node, table, table->index, address);
    }
    return error;
}

/* How many blocks from the wanted one on follow each other, in the file and on the volume. */
static int count_run(const struct node *node, const struct block_table *table, uint64_t first, uint64_t *count)
{
    uint64_t limit = min_u64(table->length - table->index, RUN_LIMIT);
    for (*count = 1; *count < limit; ++*count) {
        uint64_t address;
        int error = read_address(node, table, table->index + *count, &address);
        if (error != 0) {
            return error;
        }
        if (address != (first == 0 ? 0 : first + *count * ffs_of(node)->fragments_per_block)) {
            break;
        }
    }
    return 0;
}

int ffs_map(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct ffs *ffs = ffs_of(node);
    uint64_t block = offset / ffs->block_size, skip = offset % ffs->block_size;
    uint64_t address, count = 1;
    struct block_table table;
    int error = find_address(node, &block, &table, &address);
    if (error == 0 && table.span == 1) {
        error = count_run(node, &table, address, &count);
    }
    if (error != 0) {
        return error;
    }
    if (address == 0) {
        uint64_t blocks = table.span == 1 ? count : table.span - block;
        *extent = (struct extent){.kind = EXTENT_ZERO, .length = blocks * ffs->block_size - skip};
        return 0;
    }
    /* The last block of a file can be a few fragments only, at the very end of the volume. */
    uint64_t length = min_u64(count * ffs->block_size - skip, node->size - offset);
    if (!checked_mul(address, ffs->fragment_size, &address) ||
        !range_within(address + skip, length, ffs->size * ffs->fragment_size)) {
        return corrupt(node, "a block outside the file system");
    }
    *extent = (struct extent){.kind = EXTENT_BELOW, .length = length, .offset = address + skip};
    return 0;
}
