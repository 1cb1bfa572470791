/* SPDX-License-Identifier: BSD-2-Clause */
/* From a file's offset to a place on the volume: extent trees, and block maps. */
#include <string.h>

#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

static int corrupt(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: ext2 inode %lu: %s",
                node->volume->source->name, node->id.object, what);
}

static const struct ext2 *ext2_of(const struct node *node)
{
    return node->volume->private;
}

/* `count` blocks of zeros, the first `skip` bytes of which are past. */
static void zeros(const struct node *node, uint64_t count, uint64_t skip, struct extent *extent)
{
    *extent =
        (struct extent){.kind = EXTENT_ZERO, .length = count * ext2_of(node)->block_size - skip};
}

int ext2_extent(const struct node *node, uint64_t block, uint64_t count, uint64_t skip,
                struct extent *extent)
{
    const struct ext2 *ext2 = ext2_of(node);
    if (block == 0 || !range_within(block, count, ext2->block_count)) {
        return corrupt(node, "a block outside the file system");
    }
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = count * ext2->block_size - skip,
                              .offset = block * ext2->block_size + skip};
    return 0;
}

/* ---- extent trees --------------------------------------------------------------------------- */

/* A node of the tree: its header is in i_block, or at the start of a block. */
struct tree_node {
    uint64_t offset; /* on the volume; 0: i_block */
    unsigned entries, depth;
};

static int read_tree(const struct node *node, const struct tree_node *tree, size_t at,
                     uint8_t *bytes, size_t length)
{
    if (tree->offset != 0) {
        return volume_read(node->volume, tree->offset + at, bytes, length);
    }
    memcpy(bytes, (const uint8_t *)node->private + at, length);
    return 0;
}

static int open_tree(const struct node *node, struct tree_node *tree)
{
    uint8_t header[EXTENT_ENTRY_SIZE];
    uint32_t room = tree->offset != 0 ? ext2_of(node)->block_size : EXT2_BLOCK_BYTES;
    int error = read_tree(node, tree, 0, header, sizeof header);
    if (error != 0) {
        return error;
    }
    tree->entries = le16(header + EH_ENTRIES);
    tree->depth = le16(header + EH_DEPTH);
    if (le16(header + EH_MAGIC) != EXTENT_MAGIC || tree->entries >= room / EXTENT_ENTRY_SIZE ||
        tree->depth > EXTENT_DEPTH_LIMIT) {
        return corrupt(node, "its extent tree is damaged");
    }
    return 0;
}

/*
 * The last entry that begins at or before `block`, and where the next one begins. Returns 1, 0 when
 * all begin later, or an error.
 */
static int find_entry(const struct node *node, const struct tree_node *tree, uint64_t block,
                      uint8_t *entry, uint64_t *next)
{
    unsigned low = 0,
             high =
                 tree->entries; /* entries below `low` begin at or before; from `high` on, later */
    uint8_t bytes[EXTENT_ENTRY_SIZE];
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        int error =
            read_tree(node, tree, (size_t)(middle + 1) * EXTENT_ENTRY_SIZE, bytes, sizeof bytes);
        if (error != 0) {
            return error;
        }
        if (le32(bytes) <= block) {
            low = middle + 1;
            memcpy(entry, bytes, sizeof bytes);
        } else {
            high = middle;
            *next = le32(bytes);
        }
    }
    return low > 0;
}

/* Goes down to the leaf that covers `block`. Returns as find_entry does. */
static int find_leaf(const struct node *node, uint64_t block, uint8_t *entry, uint64_t *next)
{
    struct tree_node tree = {0};
    int found = open_tree(node, &tree);
    while (found == 0) {
        unsigned depth = tree.depth;
        found = find_entry(node, &tree, block, entry, next);
        if (found <= 0 || depth == 0) {
            return found;
        }
        uint64_t child = le32(entry + EI_LEAF_LO) | (uint64_t)le16(entry + EI_LEAF_HI) << 32;
        if (child == 0 || child >= ext2_of(node)->block_count) {
            return corrupt(node, "its extent tree leaves the file system");
        }
        tree.offset = child * ext2_of(node)->block_size;
        found = open_tree(node, &tree);
        if (found == 0 && tree.depth != depth - 1) {
            return corrupt(node, "its extent tree has levels in disorder");
        }
    }
    return found;
}

int ext2_map_tree(struct node *node, uint64_t offset, struct extent *extent)
{
    uint32_t block_size = ext2_of(node)->block_size;
    uint64_t block = offset / block_size, skip = offset % block_size;
    uint64_t next = UINT32_MAX; /* where the extent after this hole begins, if none does */
    uint8_t entry[EXTENT_ENTRY_SIZE] = {0};
    int found = find_leaf(node, block, entry, &next);
    if (found < 0) {
        return found;
    }
    uint64_t first = found == 0 ? 0 : le32(entry);
    uint64_t length = found == 0 ? 0 : le16(entry + EE_LENGTH);
    bool written = length <= EE_WRITTEN_LIMIT;
    length -= written ? 0 : EE_WRITTEN_LIMIT;
    if (block >= first + length) {
        zeros(node, next > block ? next - block : 1, skip, extent);
        return 0;
    }
    uint64_t left = first + length - block;
    if (!written) {
        zeros(node, left, skip, extent);
        return 0;
    }
    uint64_t start = le32(entry + EE_START_LO) | (uint64_t)le16(entry + EE_START_HI) << 32;
    return ext2_extent(node, start + (block - first), left, skip, extent);
}

/* ---- block maps ----------------------------------------------------------------------------- */

/*
 * A table of block numbers, and how many of the file's blocks one number stands for: 1 in a block
 * of data's numbers, `per_block` in a block of such blocks, and so on.
 */
struct block_table {
    uint64_t offset; /* on the volume; 0: i_block */
    uint64_t index;
    uint64_t length; /* numbers in it */
    uint64_t span;
};

static int read_number(const struct node *node, const struct block_table *table, uint64_t index,
                       uint32_t *number)
{
    uint8_t bytes[4];
    if (table->offset == 0) {
        memcpy(bytes, (const uint8_t *)node->private + index * 4, 4);
    } else {
        int error = volume_read(node->volume, table->offset + index * 4, bytes, 4);
        if (error != 0) {
            return error;
        }
    }
    *number = le32(bytes);
    return 0;
}

/*
 * Which number of i_block leads to `block`, and how; `block` becomes relative to what it covers.
 * False: too large.
 */
static bool first_table(const struct node *node, uint64_t *block, struct block_table *table)
{
    uint64_t per_block = ext2_of(node)->block_size / 4;
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

/*
 * As many blocks as follow each other, in the file and on the volume, from the one at table->index
 * on.
 */
static int count_run(const struct node *node, const struct block_table *table, uint32_t first,
                     uint64_t *count)
{
    for (*count = 1; table->index + *count < table->length; ++*count) {
        uint32_t number;
        int error = read_number(node, table, table->index + *count, &number);
        if (error != 0) {
            return error;
        }
        if (number != (first == 0 ? 0 : first + *count)) {
            break;
        }
    }
    return 0;
}

int ext2_map_blocks(struct node *node, uint64_t offset, struct extent *extent)
{
    uint32_t block_size = ext2_of(node)->block_size, number;
    uint64_t block = offset / block_size, skip = offset % block_size, count = 1;
    struct block_table table;
    if (!first_table(node, &block, &table)) {
        return corrupt(node, "it is larger than its block map can say");
    }
    int error = read_number(node, &table, table.index, &number);
    while (error == 0 && number != 0 && table.span > 1) {
        if (number >= ext2_of(node)->block_count) {
            return corrupt(node, "an indirect block outside the file system");
        }
        uint64_t per_block = block_size / 4, span = table.span / per_block;
        table = (struct block_table){.offset = (uint64_t)number * block_size,
                                     .index = block / span,
                                     .length = per_block,
                                     .span = span};
        block %= span;
        error = read_number(node, &table, table.index, &number);
    }
    if (error == 0 && table.span == 1) {
        error = count_run(node, &table, number, &count);
    }
    if (error != 0) {
        return error;
    }
    if (number == 0) {
        zeros(node, table.span == 1 ? count : table.span - block, skip, extent);
        return 0;
    }
    return ext2_extent(node, number, count, skip, extent);
}
