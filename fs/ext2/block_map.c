/* SPDX-License-Identifier: BSD-2-Clause */
/* From a file's offset to a place on the volume, by blocks of block numbers. */
#include "fs/ext2/blocks.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"

/*
 * A table of block numbers, and how many of the file's blocks one number stands for: 1 in a block
 * of data's numbers, `per_block` in a block of such blocks, and so on.
 */
struct block_table {
    const uint8_t *numbers;
    uint64_t index;
    uint64_t length; /* numbers in it */
    uint64_t span;
};

uint64_t ext2_blocks_limit(const struct ext2 *ext2)
{
    uint64_t limit = DIRECT_BLOCKS, span = 1;
    for (unsigned level = 1; level <= INDIRECT_LEVELS; level++) {
        span *= ext2->block_size / 4;
        limit += span;
    }
    return limit;
}

static uint32_t number_at(const struct block_table *table, uint64_t index)
{
    return le32(table->numbers + index * 4);
}

/*
 * Which number of i_block leads to `block`, and how; `block` becomes relative to what it covers.
 * False: too large.
 */
static bool first_table(const struct node *node, uint64_t *block, struct block_table *table)
{
    uint64_t per_block = ext2_of(node)->block_size / 4;
    *table = (struct block_table){
        .numbers = ext2_node_of(node)->block, .index = *block, .length = DIRECT_BLOCKS, .span = 1};
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

/* Goes from a table to the one below it that leads to `block`. Tables have no checksums. */
static int next_table(const struct node *node, uint64_t *block, struct block_table *table)
{
    uint64_t per_block = ext2_of(node)->block_size / 4, span = table->span / per_block;
    uint32_t number = number_at(table, table->index);
    if (number >= ext2_of(node)->block_count) {
        return ext2_wrong(node, "an indirect block outside the file system");
    }
    *table = (struct block_table){.index = *block / span, .length = per_block, .span = span};
    *block %= span;
    return ext2_block(node, number, NULL, &table->numbers);
}

/*
 * How many blocks follow each other, in the file and on the volume, from the one at table->index
 * on.
 */
static uint64_t count_run(const struct block_table *table)
{
    uint32_t first = number_at(table, table->index);
    uint64_t count = 1;
    while (table->index + count < table->length &&
           number_at(table, table->index + count) == (first == 0 ? 0 : first + count)) {
        count++;
    }
    return count;
}

int ext2_map_blocks(struct node *node, uint64_t offset, struct extent *extent)
{
    uint32_t block_size = ext2_of(node)->block_size;
    uint64_t block = offset / block_size, skip = offset % block_size;
    struct block_table table;
    if (!first_table(node, &block, &table)) {
        return ext2_wrong(node, "it is larger than its block map can say");
    }
    while (table.span > 1 && number_at(&table, table.index) != 0) {
        int error = next_table(node, &block, &table);
        if (error != 0) {
            return error;
        }
    }
    uint32_t number = number_at(&table, table.index);
    uint64_t count = table.span == 1 ? count_run(&table) : table.span - block;
    if (number == 0) {
        ext2_zeros(node, count, skip, extent);
        return 0;
    }
    return ext2_extent(node, number, count, skip, extent);
}
