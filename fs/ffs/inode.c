/* SPDX-License-Identifier: BSD-2-Clause */
/* Inodes: where one lies, what it says, and the text of a symbolic link. */
#include <string.h>

#include "fs/ffs/check_hash.h"
#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/checked.h"

/* The byte of the volume at which an inode lies. */
static int inode_offset(const struct node *node, uint64_t *offset)
{
    const struct ffs *ffs = ffs_of(node);
    uint64_t number = node->id.object;
    uint64_t group = number / ffs->inodes_per_group;
    uint64_t index = number % ffs->inodes_per_group;
    if (number < ROOT_INODE || group >= ffs->group_count) {
        return ffs_corrupt(node, "there is no inode of this number");
    }
    uint64_t block = ffs_group_start(ffs, group) + ffs->inode_table +
                     index / ffs->inodes_per_block * ffs->fragments_per_block;
    if (!range_within(block, ffs->fragments_per_block, ffs->size)) {
        return ffs_corrupt(node, "its place in the inode table is outside the file system");
    }
    uint32_t size = ffs->is_v2 ? INODE_SIZE_V2 : INODE_SIZE_V1;
    *offset = block * ffs->fragment_size + index % ffs->inodes_per_block * size;
    return 0;
}

static void read_v1(const struct ffs *ffs, struct node *node, const uint8_t *inode)
{
    node->size = ffs_load64(ffs, inode + DI1_SIZE);
    node->owner = ffs->old_directories ? ffs_load16(ffs, inode + DI1_OLD_OWNER)
                                       : ffs_load32(ffs, inode + DI1_OWNER);
    node->group = ffs->old_directories ? ffs_load16(ffs, inode + DI1_OLD_GROUP)
                                       : ffs_load32(ffs, inode + DI1_GROUP);
    node->mtime = (int32_t)ffs_load32(ffs, inode + DI1_MTIME);
    node->mtime_nanoseconds = ffs_load32(ffs, inode + DI1_MTIME_NANOSECONDS);
    ffs_node_of(node)->blocks = ffs_load32(ffs, inode + DI1_BLOCKS);
    memcpy(ffs_node_of(node)->pointers, inode + DI1_POINTERS, POINTERS_SIZE_V1);
}

static void read_v2(const struct ffs *ffs, struct node *node, const uint8_t *inode)
{
    node->size = ffs_load64(ffs, inode + DI2_SIZE);
    node->owner = ffs_load32(ffs, inode + DI2_OWNER);
    node->group = ffs_load32(ffs, inode + DI2_GROUP);
    node->mtime = (int64_t)ffs_load64(ffs, inode + DI2_MTIME);
    node->mtime_nanoseconds = ffs_load32(ffs, inode + DI2_MTIME_NANOSECONDS);
    ffs_node_of(node)->blocks = ffs_load64(ffs, inode + DI2_BLOCKS);
    memcpy(ffs_node_of(node)->pointers, inode + DI2_POINTERS, POINTERS_SIZE_V2);
}

int ffs_load(struct node *node)
{
    const struct ffs *ffs = ffs_of(node);
    uint8_t inode[INODE_SIZE_V2];
    uint64_t offset = 0;
    int error = inode_offset(node, &offset);
    if (error != 0) {
        return error;
    }
    error = volume_read(node->volume, offset, inode, ffs->is_v2 ? INODE_SIZE_V2 : INODE_SIZE_V1);
    if (error != 0) {
        return error;
    }
    uint16_t mode = ffs_load16(ffs, inode + DI_MODE);
    node->mode = mode & 07777;
    node->type = mode_type(mode);
    node->links = ffs_load16(ffs, inode + DI_LINKS);
    (ffs->is_v2 ? read_v2 : read_v1)(ffs, node, inode);
    if (node_is_device(node)) { /* its number lies where a file has its blocks */
        const uint8_t *number = inode + (ffs->is_v2 ? DI2_POINTERS : DI1_POINTERS);
        node_take_device(
            node, (uint32_t)(ffs->is_v2 ? ffs_load64(ffs, number) : ffs_load32(ffs, number)));
    }
    if (mode == 0) {
        return ffs_corrupt(node, "a name leads to it, but it is not in use");
    }
    if (!ffs_inode_is_whole(ffs, inode)) {
        return ffs_corrupt(node, "its check hash is wrong");
    }
    return node->size >> 63 == 0 ? 0 : ffs_corrupt(node, "its size cannot be right");
}

/* Is the text in the inode? Old file systems do not say how short is short. */
static bool is_short_link(const struct node *node)
{
    const struct ffs *ffs = ffs_of(node);
    uint64_t room = ffs->is_v2 ? POINTERS_SIZE_V2 : POINTERS_SIZE_V1;
    bool is_short = ffs->short_link_limit > 0 ? node->size < ffs->short_link_limit
                                              : ffs_node_of(node)->blocks == 0;
    return is_short && node->size <= room;
}

int ffs_link(struct node *node, char *text)
{
    if (node->size == 0 || node->size >= LINK_SIZE) {
        return ffs_corrupt(node, "a symbolic link of a length that cannot be");
    }
    text[node->size] = '\0';
    if (is_short_link(node)) {
        memcpy(text, ffs_node_of(node)->pointers, node->size);
        return 0;
    }
    return node_read(node, 0, text, node->size);
}
