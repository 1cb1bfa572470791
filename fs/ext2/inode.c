/* SPDX-License-Identifier: BSD-2-Clause */
/* Inodes: what they say of a file, and where its bytes are. */
#include <string.h>

#include "fs/ext2/changes.h"
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

int ext2_wrong(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: ext2 inode %lu: %s",
                volume_subject(node->volume), node->id.object, what);
}

int ext2_wrong_block(const struct node *node, uint64_t block, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: ext2 inode %lu: block %lu: %s",
                volume_subject(node->volume), node->id.object, block, what);
}

/* ---- what they say -------------------------------------------------------------------------- */

bool ext2_inode_has(const struct ext2 *ext2, const uint8_t *inode, size_t end)
{
    bool is_large = ext2->inode_size > GOOD_OLD_INODE_SIZE;
    size_t size = GOOD_OLD_INODE_SIZE + (is_large ? le16(inode + I_EXTRA_ISIZE) : 0);
    return end <= size && end <= ext2->inode_size;
}

/* Newer inodes have 34 bits of seconds, and nanoseconds. */
static void take_mtime(struct node *node, const uint8_t *inode)
{
    node->mtime = (int32_t)le32(inode + I_MTIME);
    if (ext2_inode_has(ext2_of(node), inode, I_MTIME_EXTRA + sizeof(uint32_t))) {
        uint32_t extra = le32(inode + I_MTIME_EXTRA);
        node->mtime += (int64_t)(extra & 3) << 32;
        node->mtime_nanoseconds = extra >> 2;
    }
}

/* A device's number lies where a file has its blocks: an old one, which has 16 bits, or a new one. */
static void take_device(struct node *node, const uint8_t *inode)
{
    uint32_t old = le32(inode + I_BLOCK);
    if (node_is_device(node)) {
        node_take_device(node, old != 0 ? old & 0xFFFF : le32(inode + I_BLOCK + sizeof old));
    }
}

/*
 * The most blocks that a directory can have: it has no holes, and only LARGEDIR gives its size more
 * than 32 bits.
 */
static uint64_t directory_limit(const struct ext2 *ext2)
{
    bool is_large = (ext2->incompatible & INCOMPAT_LARGEDIR) != 0;
    return is_large ? ext2->block_count : min_u64(ext2->block_count, UINT32_MAX / ext2->block_size);
}

/* The most that a node's size can be. */
static uint64_t size_limit(const struct node *node)
{
    const struct ext2 *ext2 = ext2_of(node);
    bool has_map = (ext2_node_of(node)->flags & (FLAG_EXTENTS | FLAG_INLINE_DATA)) == 0;
    uint64_t blocks = has_map ? ext2_blocks_limit(ext2) : EXTENT_BLOCKS_LIMIT;
    if (node->type == NODE_DIRECTORY) {
        blocks = min_u64(blocks, directory_limit(ext2));
    }
    return blocks * ext2->block_size;
}

static bool is_size(const struct node *node)
{
    bool is_inline = (ext2_node_of(node)->flags & FLAG_INLINE_DATA) != 0;
    bool is_whole_blocks = node->size % ext2_of(node)->block_size == 0;
    return node->size <= size_limit(node) &&
           (node->type != NODE_DIRECTORY || is_inline || is_whole_blocks);
}

/* From an inode at byte `offset` of the volume. */
static void take_fields(struct node *node, const uint8_t *inode, uint64_t offset)
{
    const struct ext2 *ext2 = ext2_of(node);
    struct ext2_node *private = (struct ext2_node *)node->private;
    node->mode = le16(inode + I_MODE) & 07777;
    node->type = mode_type(le16(inode + I_MODE));
    node->owner = le16(inode + I_OWNER_LO) | (uint32_t)le16(inode + I_OWNER_HI) << 16;
    node->group = le16(inode + I_GROUP_LO) | (uint32_t)le16(inode + I_GROUP_HI) << 16;
    node->links = le16(inode + I_LINKS);
    take_mtime(node, inode);
    take_device(node, inode);
    node->size = le32(inode + I_SIZE_LO) | (uint64_t)le32(inode + I_SIZE_HI) << 32;
    private->flags = le32(inode + I_FLAGS);
    private->seed = ext2_inode_seed(ext2, (uint32_t)node->id.object, inode);
    private->sectors = le32(inode + I_BLOCKS_LO) | (uint64_t)le16(inode + I_BLOCKS_HI) << 32;
    private->attribute_block = le32(inode + I_FILE_ACL_LO) | (uint64_t)le16(inode + I_FILE_ACL_HI)
                                                                 << 32;
    memcpy(private->block, inode + I_BLOCK, EXT2_BLOCK_BYTES);
    ext2_open_inline(ext2, private, inode, offset);
}

static int check(const struct node *node, const uint8_t *inode)
{
    const struct ext2_node *private = ext2_node_of(node);
    if (le16(inode + I_MODE) == 0) {
        return ext2_wrong(node, "it is not in use");
    }
    if (!ext2_inode_is_whole(ext2_of(node), private->seed, inode)) {
        return ext2_wrong(node, "its checksum is wrong");
    }
    if (node->type == NODE_OTHER) {
        return ext2_wrong(node, "its type, of a file or directory or device, cannot be right");
    }
    if ((private->flags & FLAG_ENCRYPTED) != 0) {
        return fail(node->volume->log, ERR_UNSUPPORTED, "%s: ext4 inode %lu is encrypted",
                    volume_subject(node->volume), node->id.object);
    }
    return is_size(node) ? 0 : ext2_wrong(node, "its size cannot be right");
}

int ext2_load(struct node *node)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint8_t *inode = ext2->inode;
    uint64_t offset;
    int error = ext2_find_inode(node, &offset);
    if (error != 0) {
        return error;
    }
    error = volume_read(node->volume, offset, inode, ext2->inode_size);
    if (error != 0) {
        return error;
    }
    take_fields(node, inode, offset);
    return check(node, inode);
}

/* ---- where their bytes are ------------------------------------------------------------------ */

void ext2_zeros(const struct node *node, uint64_t count, uint64_t skip, struct extent *extent)
{
    *extent =
        (struct extent){.kind = EXTENT_ZERO, .length = count * ext2_of(node)->block_size - skip};
}

int ext2_extent(const struct node *node, uint64_t block, uint64_t count, uint64_t skip,
                struct extent *extent)
{
    const struct ext2 *ext2 = ext2_of(node);
    if (block == 0 || !range_within(block, count, ext2->block_count)) {
        return ext2_wrong(node, "a block outside the file system");
    }
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = count * ext2->block_size - skip,
                              .offset = block * ext2->block_size + skip};
    return 0;
}

static int map_written(struct node *node, uint64_t offset, struct extent *extent)
{
    return (ext2_node_of(node)->flags & FLAG_EXTENTS) != 0 ? ext2_map_tree(node, offset, extent)
                                                           : ext2_map_blocks(node, offset, extent);
}

/* What fast commits have changed is not looked for in the map that was written, where it may never have been. */
static int map_changed(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint64_t block = offset / ext2->block_size, skip = offset % ext2->block_size;
    uint64_t start, count = EXTENT_BLOCKS_LIMIT;
    if (ext2_changes_find_range(ext2->changes, (uint32_t)node->id.object, block, &start, &count)) {
        if (start != 0) {
            return ext2_extent(node, start, count, skip, extent);
        }
        ext2_zeros(node, count, skip, extent);
        return 0;
    }
    int error = map_written(node, offset, extent);
    if (error == 0) {
        extent->length = min_u64(extent->length, count * ext2->block_size - skip);
    }
    return error;
}

int ext2_map(struct node *node, uint64_t offset, struct extent *extent)
{
    if ((ext2_node_of(node)->flags & FLAG_INLINE_DATA) != 0) {
        return ext2_map_inline(node, offset, extent);
    }
    return ext2_of(node)->changes != NULL ? map_changed(node, offset, extent)
                                          : map_written(node, offset, extent);
}

/* ---- symbolic links ------------------------------------------------------------------------- */

/*
 * A link whose text is in i_block has no blocks but its attributes'. That alone tells: some that are
 * so carry the flag of extents.
 */
static bool is_fast(const struct node *node)
{
    const struct ext2_node *private = ext2_node_of(node);
    uint64_t attributes = private->attribute_block != 0 ? ext2_of(node)->cluster_size / 512 : 0;
    return (private->flags & FLAG_INLINE_DATA) == 0 && private->sectors == attributes;
}

int ext2_link(struct node *node, char *text)
{
    const uint8_t *block = ext2_node_of(node)->block;
    bool fast = is_fast(node);
    if (node->size == 0 || node->size >= (fast ? EXT2_BLOCK_BYTES : LINK_SIZE)) {
        return ext2_wrong(node, "a symbolic link of a size that cannot be");
    }
    text[node->size] = '\0';
    if (fast) {
        memcpy(text, block, node->size);
        return strlen(text) == node->size ? 0 : ext2_wrong(node, "its text ends before its size");
    }
    return node_read(node, 0, text, node->size);
}
