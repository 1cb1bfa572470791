/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

static const struct ext2 *ext2_of(const struct volume *volume)
{
    return volume->private;
}

static int corrupt(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: ext2 inode %lu: %s",
                node->volume->source->name, node->id.object, what);
}

/* ---- where inodes are ----------------------------------------------------------------------- */

static bool is_power_of(uint32_t number, uint32_t base)
{
    while (number % base == 0) {
        number /= base;
    }
    return number == 1;
}

/*
 * Groups that keep a copy of the superblock, on a file system with sparse_super, as META_BG
 * implies.
 */
static bool has_superblock(uint32_t group)
{
    return group <= 1 || is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}

/* The byte at which the descriptor of `group` lies. */
static uint64_t descriptor_offset(const struct ext2 *ext2, uint32_t group)
{
    uint32_t per_block = ext2->block_size / ext2->descriptor_size;
    uint64_t block = ext2->first_block + 1 + group / per_block;
    if ((ext2->incompatible & INCOMPAT_META_BG) != 0 &&
        group / per_block >= ext2->first_meta_group) {
        uint32_t first = group / per_block * per_block; /* of the meta group */
        block = ext2->first_block + (uint64_t)first * ext2->blocks_per_group +
                (has_superblock(first) ? 1 : 0);
    }
    return block * ext2->block_size + (uint64_t)(group % per_block) * ext2->descriptor_size;
}

static int inode_offset(const struct node *node, uint64_t *offset)
{
    const struct ext2 *ext2 = ext2_of(node->volume);
    if (node->id.object == 0 || node->id.object > ext2->inode_count) {
        return corrupt(node, "there are not so many inodes");
    }
    uint32_t index = (uint32_t)node->id.object - 1;
    uint32_t group = index / ext2->inodes_per_group;
    uint8_t descriptor[64] = {0};
    if (group >= ext2->group_count) {
        return corrupt(node, "there are not so many groups");
    }
    size_t size = min_u64(ext2->descriptor_size, sizeof descriptor);
    int error = volume_read(node->volume, descriptor_offset(ext2, group), descriptor, size);
    if (error != 0) {
        return error;
    }
    uint64_t table =
        le32(descriptor + G_INODE_TABLE_LO) | (uint64_t)le32(descriptor + G_INODE_TABLE_HI) << 32;
    if (table >= ext2->block_count) {
        return corrupt(node, "its group's inode table is outside the file system");
    }
    *offset =
        table * ext2->block_size + (uint64_t)(index % ext2->inodes_per_group) * ext2->inode_size;
    return 0;
}

/* ---- what they say -------------------------------------------------------------------------- */

/* What map and link need of the inode, in node->private: i_block, flags, and where the inode is. */
struct ext2_node {
    uint8_t block[EXT2_BLOCK_BYTES];
    uint32_t flags;
    uint64_t offset; /* of the inode on the volume */
    bool value_known;
    size_t value, value_length; /* where inline data goes on after i_block: bytes of the inode */
};
_Static_assert(sizeof(struct ext2_node) <= sizeof((struct node *)0)->private,
               "an ext2_node fits into a node");

static struct ext2_node *private_of(struct node *node)
{
    return (struct ext2_node *)node->private;
}

int ext2_load(struct node *node)
{
    uint8_t inode[GOOD_OLD_INODE_SIZE];
    struct ext2_node *private = private_of(node);
    int error = inode_offset(node, &private->offset);
    error = error != 0 ? error : volume_read(node->volume, private->offset, inode, sizeof inode);
    if (error != 0) {
        return error;
    }
    node->mode = le16(inode + I_MODE) & 07777;
    node->type = mode_type(le16(inode + I_MODE));
    node->mtime = (int32_t)le32(inode + I_MTIME);
    node->size = le32(inode + I_SIZE_LO) | (uint64_t)le32(inode + I_SIZE_HI) << 32;
    private->flags = le32(inode + I_FLAGS);
    memcpy(private->block, inode + I_BLOCK, EXT2_BLOCK_BYTES);
    if (le16(inode + I_MODE) == 0) {
        return corrupt(node, "it is not in use");
    }
    if ((private->flags & FLAG_ENCRYPTED) != 0) {
        return fail(node->volume->log, ERR_UNSUPPORTED, "%s: ext4 inode %lu is encrypted",
                    node->volume->source->name, node->id.object);
    }
    return node->size >> 63 == 0 ? 0 : corrupt(node, "its size cannot be right");
}

/* ---- data inside of the inode --------------------------------------------------------------- */

/* Extended attributes inside of an inode: magic, then entries of 16 bytes and a name. */
enum {
    XATTR_MAGIC_NUMBER = (int)0xEA020000,
    XATTR_ENTRY_SIZE = 16,
    XA_NAME_LENGTH = 0,
    XA_NAME_INDEX = 1,
    XA_VALUE_OFFSET = 2,
    XA_VALUE_SIZE = 8,
    XATTR_INDEX_SYSTEM = 7,
};

/*
 * The value of system.data, which continues i_block: its place in the inode; 0, with *length 0,
 * when there is none.
 */
static size_t find_system_data(const uint8_t *inode, size_t inode_size, size_t *length)
{
    size_t extra = inode_size > I_EXTRA_ISIZE + 2 ? le16(inode + I_EXTRA_ISIZE) : 0;
    size_t header = GOOD_OLD_INODE_SIZE + extra, first = header + 4;
    *length = 0;
    if (first > inode_size || le32(inode + header) != (uint32_t)XATTR_MAGIC_NUMBER) {
        return 0;
    }
    for (size_t at = first; at + XATTR_ENTRY_SIZE <= inode_size && le32(inode + at) != 0;) {
        size_t name = inode[at + XA_NAME_LENGTH];
        size_t value = first + le16(inode + at + XA_VALUE_OFFSET);
        uint32_t value_size = le32(inode + at + XA_VALUE_SIZE);
        bool matches = inode[at + XA_NAME_INDEX] == XATTR_INDEX_SYSTEM && name == 4 &&
                       at + XATTR_ENTRY_SIZE + name <= inode_size &&
                       memcmp(inode + at + XATTR_ENTRY_SIZE, "data", 4) == 0;
        if (matches && range_within(value, value_size, inode_size)) {
            *length = value_size;
            return value;
        }
        at += XATTR_ENTRY_SIZE + align_up(name, 4);
    }
    return 0;
}

/* Where the data goes on, once for each loaded node. */
static int find_value(struct node *node)
{
    struct arena *arena = node->volume->arena;
    struct ext2_node *private = private_of(node);
    size_t mark = arena_mark(arena), size = ext2_of(node->volume)->inode_size;
    uint8_t *inode = arena_alloc(arena, size);
    if (inode == NULL) {
        return fail(node->volume->log, ERR_NO_MEMORY, "%s: ext4 inode %lu: no memory to read it",
                    node->volume->source->name, node->id.object);
    }
    int error = volume_read(node->volume, private->offset, inode, size);
    if (error == 0) {
        private->value = find_system_data(inode, size, &private->value_length);
        private->value_known = true;
    }
    arena_release(arena, mark);
    return error;
}

/*
 * The data begins in i_block and goes on in the attribute. What is after it is a hole: mke2fs
 * writes files so that begin with one.
 */
static int map_inline(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct ext2_node *private = private_of(node);
    int error = private->value_known ? 0 : find_value(node);
    if (error != 0) {
        return error;
    }
    uint64_t end = EXT2_BLOCK_BYTES;
    end += offset < end ? 0 : private->value_length;
    *extent = offset < end ? (struct extent){.kind = EXTENT_MADE, .length = end - offset}
                           : (struct extent){.kind = EXTENT_ZERO, .length = node->size - offset};
    return 0;
}

int ext2_make(struct node *node, uint64_t offset, void *buffer, size_t length)
{
    const struct ext2_node *private = private_of(node);
    if (offset < EXT2_BLOCK_BYTES) {
        memcpy(buffer, private->block + offset, length);
        return 0;
    }
    uint64_t value = private->offset + private->value;
    return volume_read(node->volume, value + (offset - EXT2_BLOCK_BYTES), buffer, length);
}

int ext2_map(struct node *node, uint64_t offset, struct extent *extent)
{
    uint32_t flags = private_of(node)->flags;
    if ((flags & FLAG_INLINE_DATA) != 0) {
        return map_inline(node, offset, extent);
    }
    return (flags & FLAG_EXTENTS) != 0 ? ext2_map_tree(node, offset, extent)
                                       : ext2_map_blocks(node, offset, extent);
}

int ext2_link(struct node *node, char *text)
{
    const struct ext2_node *private = private_of(node);
    if (node->size == 0 || node->size >= LINK_SIZE) {
        return corrupt(node, "a symbolic link of a size that cannot be");
    }
    text[node->size] = '\0';
    bool fast =
        node->size < EXT2_BLOCK_BYTES && (private->flags & (FLAG_EXTENTS | FLAG_INLINE_DATA)) == 0;
    if (fast) {
        memcpy(text, private->block, node->size);
        return 0;
    }
    return node_read(node, 0, text, node->size);
}
