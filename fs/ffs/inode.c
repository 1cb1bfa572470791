/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

_Static_assert(sizeof(struct ffs_node) <= sizeof((struct node *)0)->private, "an ffs_node fits into a node");

static const struct ffs *ffs_of(const struct node *node)
{
    return node->volume->private;
}

static struct ffs_node *private_of(struct node *node)
{
    return (struct ffs_node *)node->private;
}

static int corrupt(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: FFS inode %lu: %s", node->volume->source->name, node->number, what);
}

/* ---- inodes ----------------------------------------------------------------------------------- */

/* The byte of inode `number`. */
static int inode_offset(const struct node *node, uint64_t number, uint64_t *offset)
{
    const struct ffs *ffs = ffs_of(node);
    uint64_t group = number / ffs->inodes_per_group, index = number % ffs->inodes_per_group;
    if (number < ROOT_INODE || group >= ffs->group_count) {
        return corrupt(node, "there are not so many inodes");
    }
    uint64_t start = group * ffs->fragments_per_group + ffs->group_offset * (group & ~(uint64_t)ffs->group_mask);
    uint64_t block = start + ffs->inode_table + index / ffs->inodes_per_block * ffs->fragments_per_block;
    if (!range_within(block, ffs->fragments_per_block, ffs->size)) {
        return corrupt(node, "its place in the inode table is outside the file system");
    }
    uint32_t size = ffs->is_v2 ? INODE_SIZE_V2 : INODE_SIZE_V1;
    *offset = block * ffs->fragment_size + index % ffs->inodes_per_block * size;
    return 0;
}

static enum node_type type_of(uint16_t mode)
{
    switch (mode & MODE_TYPE) {
    case MODE_FILE:
        return NODE_FILE;
    case MODE_DIRECTORY:
        return NODE_DIRECTORY;
    case MODE_LINK:
        return NODE_LINK;
    default:
        return NODE_OTHER;
    }
}

static void read_v1(const struct ffs *ffs, struct node *node, const uint8_t *inode)
{
    node->size = ffs_load64(ffs, inode + DI1_SIZE);
    node->mtime = (int32_t)ffs_load32(ffs, inode + DI1_MTIME);
    private_of(node)->blocks = ffs_load32(ffs, inode + DI1_BLOCKS);
    memcpy(private_of(node)->pointers, inode + DI1_POINTERS, POINTERS * 4);
}

static void read_v2(const struct ffs *ffs, struct node *node, const uint8_t *inode)
{
    node->size = ffs_load64(ffs, inode + DI2_SIZE);
    node->mtime = (int64_t)ffs_load64(ffs, inode + DI2_MTIME);
    private_of(node)->blocks = ffs_load64(ffs, inode + DI2_BLOCKS);
    memcpy(private_of(node)->pointers, inode + DI2_POINTERS, POINTERS * 8);
}

int ffs_load(struct node *node, uint64_t number)
{
    const struct ffs *ffs = ffs_of(node);
    uint8_t inode[INODE_SIZE_V2];
    uint64_t offset = 0;
    int error = inode_offset(node, number, &offset);
    error = error != 0 ? error : volume_read(node->volume, offset, inode, ffs->is_v2 ? INODE_SIZE_V2 : INODE_SIZE_V1);
    if (error != 0) {
        return error;
    }
    uint16_t mode = ffs_load16(ffs, inode + DI_MODE);
    node->number = number;
    node->mode = mode & 07777;
    node->type = type_of(mode);
    (ffs->is_v2 ? read_v2 : read_v1)(ffs, node, inode);
    if (mode == 0) {
        return corrupt(node, "it is not in use");
    }
    return node->size >> 63 == 0 ? 0 : corrupt(node, "its size cannot be right");
}

/* Is the text in the inode? Old file systems do not say how short is short. */
static bool is_short_link(const struct node *node, uint64_t blocks)
{
    uint32_t limit = ffs_of(node)->short_link_limit;
    uint64_t room = POINTERS * (ffs_of(node)->is_v2 ? 8 : 4);
    return node->size <= room && (limit > 0 ? node->size < limit : blocks == 0);
}

int ffs_link(struct node *node, char *text)
{
    if (node->size == 0 || node->size >= LINK_SIZE) {
        return corrupt(node, "a symbolic link of a size that cannot be");
    }
    text[node->size] = '\0';
    if (is_short_link(node, private_of(node)->blocks)) {
        memcpy(text, private_of(node)->pointers, node->size);
        return 0;
    }
    return node_read(node, 0, text, node->size);
}
