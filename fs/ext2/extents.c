/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a file's offset to a place on the volume, by a tree of extents. Its entries are sorted and do
 * not overlap, and a child's lie between its parent's entry and the next one: that is checked, for
 * searching in halves finds something in any disorder too.
 */
#include "fs/ext2/blocks.h"
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

/* An extent. */
struct run {
    uint64_t first, count; /* blocks of the file */
    uint64_t start;        /* block of the volume */
    bool written;
};

/* ---- nodes of the tree ---------------------------------------------------------------------- */

static unsigned count_of(const uint8_t *tree)
{
    return le16(tree + EH_ENTRIES);
}

static unsigned depth_of(const uint8_t *tree)
{
    return le16(tree + EH_DEPTH);
}

static const uint8_t *entry_of(const uint8_t *tree, unsigned index)
{
    return tree + (size_t)(index + 1) * EXTENT_ENTRY_SIZE;
}

static uint64_t first_of(const uint8_t *tree, unsigned index)
{
    return le32(entry_of(tree, index));
}

static uint64_t child_of(const uint8_t *entry)
{
    return le32(entry + EI_LEAF_LO) | (uint64_t)le16(entry + EI_LEAF_HI) << 32;
}

static struct run run_of(const uint8_t *entry)
{
    uint64_t length = le16(entry + EE_LENGTH);
    bool written = length <= EE_WRITTEN_LIMIT;
    return (struct run){
        .first = le32(entry),
        .count = written ? length : length - EE_WRITTEN_LIMIT,
        .start = le32(entry + EE_START_LO) | (uint64_t)le16(entry + EE_START_HI) << 32,
        .written = written,
    };
}

/* The first block after those of an entry; an index's entry does not say how far its child goes. */
static uint64_t end_of(const uint8_t *tree, unsigned index)
{
    struct run run = run_of(entry_of(tree, index));
    return run.first + (depth_of(tree) == 0 ? run.count : 1);
}

/* ---- checking ------------------------------------------------------------------------------- */

static const char *wrong_header(const uint8_t *tree, size_t room)
{
    bool is_empty_index = depth_of(tree) > 0 && count_of(tree) == 0;
    bool fits = le16(tree + EH_MAX) < room / EXTENT_ENTRY_SIZE;
    if (le16(tree + EH_MAGIC) != EXTENT_MAGIC || count_of(tree) > le16(tree + EH_MAX) || !fits ||
        depth_of(tree) > EXTENT_DEPTH_LIMIT || is_empty_index) {
        return "its extent tree is damaged";
    }
    return NULL;
}

static const char *wrong_entry(const struct ext2 *ext2, const uint8_t *tree, unsigned index)
{
    const uint8_t *entry = entry_of(tree, index);
    struct run run = run_of(entry);
    bool is_index = depth_of(tree) > 0;
    uint64_t start = is_index ? child_of(entry) : run.start;
    if (start == 0 || !range_within(start, is_index ? 1 : run.count, ext2->block_count)) {
        return "its extents leave the file system";
    }
    if (end_of(tree, index) == run.first || end_of(tree, index) > EXTENT_BLOCKS_LIMIT) {
        return "one of its extents has a length that cannot be right";
    }
    return index > 0 && run.first < end_of(tree, index - 1) ? "its extents are not in order" : NULL;
}

/* What is wrong with a node of the tree, of `room` bytes, or NULL. */
static const char *wrong_tree(const struct ext2 *ext2, const uint8_t *tree, size_t room)
{
    const char *wrong = wrong_header(tree, room);
    for (unsigned i = 0; wrong == NULL && i < count_of(tree); i++) {
        wrong = wrong_entry(ext2, tree, i);
    }
    return wrong;
}

static int check_block(const struct node *node, uint64_t block, const uint8_t *bytes)
{
    const struct ext2 *ext2 = ext2_of(node);
    if (!ext2_extents_are_whole(ext2, ext2_node_of(node)->seed, bytes)) {
        return ext2_wrong_block(node, block, "the checksum of these extents is wrong");
    }
    const char *wrong = wrong_tree(ext2, bytes, ext2->block_size);
    return wrong == NULL ? 0 : ext2_wrong_block(node, block, wrong);
}

/* ---- searching ------------------------------------------------------------------------------ */

/* How many of the entries begin at or before `block`. */
static unsigned count_until(const uint8_t *tree, uint64_t block)
{
    unsigned low = 0, high = count_of(tree);
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (first_of(tree, middle) <= block) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The child of an index's entry that covers `first` to `end`, which its own entries must too. */
static int open_child(const struct node *node, const uint8_t **tree, uint64_t block, uint64_t first,
                      uint64_t end)
{
    unsigned depth = depth_of(*tree);
    int error = ext2_block(node, block, check_block, tree);
    if (error != 0) {
        return error;
    }
    unsigned count = count_of(*tree);
    if (depth_of(*tree) != depth - 1) {
        return ext2_wrong_block(node, block, "its extent tree has levels in disorder");
    }
    if (count > 0 && (first_of(*tree, 0) < first || end_of(*tree, count - 1) > end)) {
        return ext2_wrong_block(node, block, "its extents are not in order");
    }
    return 0;
}

/*
 * The run of the last extent that begins at or before `block`, and where the next one begins. What
 * there is none of stays as it is.
 */
static int find_run(struct node *node, uint64_t block, struct run *run, uint64_t *next)
{
    const uint8_t *tree = ext2_node_of(node)->block;
    const char *wrong = wrong_tree(ext2_of(node), tree, EXT2_BLOCK_BYTES);
    if (wrong != NULL) {
        return ext2_wrong(node, wrong);
    }
    for (;;) {
        unsigned index = count_until(tree, block);
        *next = index < count_of(tree) ? first_of(tree, index) : *next;
        if (index == 0) {
            return 0;
        }
        const uint8_t *entry = entry_of(tree, index - 1);
        if (depth_of(tree) == 0) {
            *run = run_of(entry);
            return 0;
        }
        int error = open_child(node, &tree, child_of(entry), le32(entry), *next);
        if (error != 0) {
            return error;
        }
    }
}

/* As the tree says: `block` is the volume's *start, 0 for zeros, and so on for *count blocks. */
static int find_in_tree(struct node *node, uint64_t block, uint64_t *start, uint64_t *count)
{
    struct run run = {0};
    uint64_t next = EXTENT_BLOCKS_LIMIT;
    int error = find_run(node, block, &run, &next);
    if (error != 0) {
        return error;
    }
    uint64_t end = run.first + run.count;
    *start = block < end && run.written ? run.start + (block - run.first) : 0;
    *count = (block < end ? end : next) - block;
    return 0;
}

int ext2_map_tree(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint64_t block = offset / ext2->block_size, skip = offset % ext2->block_size;
    uint64_t start, count;
    int error = find_in_tree(node, block, &start, &count);
    if (error != 0) {
        return error;
    }
    if (start == 0) {
        ext2_zeros(node, count, skip, extent);
        return 0;
    }
    return ext2_extent(node, start, count, skip, extent);
}
