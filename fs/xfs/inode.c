/* SPDX-License-Identifier: BSD-2-Clause */
/* Inodes: what they say of a file, and where its data fork is. */
#include "fs/xfs/blocks.h"
#include "fs/xfs/checksum.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

int xfs_wrong(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: XFS inode %lu: %s",
                volume_subject(node->volume), node->id.object, what);
}

int xfs_wrong_block(const struct node *node, uint64_t place, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: XFS inode %lu: block %lu: %s",
                volume_subject(node->volume), node->id.object, place / node->volume->block_size,
                what);
}

/* ---- reading -------------------------------------------------------------------------------- */

/* The inode at byte `place` of the volume: an xfs_fill. */
static int fill_inode(struct node *node, uint64_t place, uint8_t *inode)
{
    const struct xfs *xfs = xfs_of(node);
    int error = volume_read(node->volume, place, inode, xfs->inode_size);
    if (error != 0) {
        return error;
    }
    if (be16(inode) != DI_MAGIC_VALUE) {
        return xfs_wrong_block(node, place, "there is no inode");
    }
    if (!xfs->has_checksums) {
        return 0;
    }
    if (!xfs_is_metadata_whole(node->volume, place, inode, xfs->inode_size, DI_CHECKSUM)) {
        return xfs_wrong_block(node, place, "the inode's checksum is wrong");
    }
    return be64(inode + DI_NUMBER) == node->id.object
               ? 0
               : xfs_wrong_block(node, place, "it says that it is another inode");
}

static struct xfs_node *private_of(struct node *node)
{
    return (struct xfs_node *)node->private;
}

int xfs_fork(struct node *node, const uint8_t **bytes)
{
    int error = xfs_block(node, fill_inode, xfs_node_of(node)->place, bytes);
    *bytes += xfs_node_of(node)->fork;
    return error;
}

/* ---- what they say -------------------------------------------------------------------------- */

static uint64_t flags2_of(const uint8_t *inode)
{
    return inode[DI_VERSION] == 3 ? be64(inode + DI_FLAGS2) : 0;
}

/* 32 bits of seconds and the nanoseconds, or nanoseconds since the earliest of those seconds. */
static void take_mtime(struct node *node, const uint8_t *inode)
{
    enum { NANOSECONDS = 1000000000 };
    if ((flags2_of(inode) & FLAG2_BIGTIME) == 0) {
        node->mtime = (int32_t)be32(inode + DI_MTIME);
        node->mtime_nanoseconds = be32(inode + DI_MTIME + sizeof(uint32_t));
    } else {
        uint64_t time = be64(inode + DI_MTIME);
        node->mtime = (int64_t)(time / NANOSECONDS) + INT32_MIN;
        node->mtime_nanoseconds = time % NANOSECONDS;
    }
}

/* A device's number lies in the data fork, as System V packs it: 14 bits of major, 18 of minor. */
static void take_device(struct node *node, const uint8_t *fork)
{
    if (node_is_device(node)) {
        node->major = be32(fork) >> 18;
        node->minor = be32(fork) & 0x3FFFF;
    }
}

static void take_fields(struct node *node, const uint8_t *inode)
{
    struct xfs_node *private = private_of(node);
    bool is_v3 = inode[DI_VERSION] == 3;
    bool has_big_count = (flags2_of(inode) & FLAG2_NREXT64) != 0;
    unsigned attributes = inode[DI_FORK_OFFSET] * 8U;
    node->mode = be16(inode + DI_MODE) & 07777;
    node->type = mode_type(be16(inode + DI_MODE));
    node->owner = be32(inode + DI_OWNER);
    node->group = be32(inode + DI_GROUP);
    node->links = inode[DI_VERSION] == 1 ? be16(inode + DI_OLD_LINKS) : be32(inode + DI_LINKS);
    take_mtime(node, inode);
    node->size = be64(inode + DI_SIZE);
    node->shares_blocks = (flags2_of(inode) & FLAG2_REFLINK) != 0;
    private->format = inode[DI_FORMAT];
    private->fork = is_v3 ? DI_CORE_SIZE_V3 : DI_CORE_SIZE;
    private->fork_size = (uint16_t)(xfs_of(node)->inode_size - private->fork);
    if (attributes != 0 && attributes < private->fork_size) {
        private->fork_size = (uint16_t)attributes;
    }
    take_device(node, inode + private->fork);
    private->extents = has_big_count ? be64(inode + DI_BIG_EXTENTS) : be32(inode + DI_EXTENTS);
}

/* Pipes, devices and sockets have nothing to read. */
static bool has_data(const struct node *node)
{
    return node->type == NODE_FILE || node->type == NODE_DIRECTORY || node->type == NODE_LINK;
}

/* A file has no data inside of its inode. */
static bool is_format(const struct node *node)
{
    const struct xfs_node *private = xfs_node_of(node);
    switch (private->format) {
    case FORMAT_LOCAL:
        return node->type != NODE_FILE && node->size <= private->fork_size;
    case FORMAT_EXTENTS:
        return private->extents <= private->fork_size / EXTENT_SIZE;
    case FORMAT_BTREE:
        return true;
    default:
        return false;
    }
}

static int check(const struct node *node, const uint8_t *inode)
{
    uint8_t version = inode[DI_VERSION];
    if (be16(inode + DI_MODE) == 0) {
        return xfs_wrong(node, "it is not in use");
    }
    if (xfs_of(node)->has_checksums ? version != 3 : version != 1 && version != 2) {
        return xfs_wrong(node, "its version cannot be right");
    }
    if (has_data(node) && !is_format(node)) {
        return xfs_wrong(node, "the format of its data fork cannot be right");
    }
    if (node->type == NODE_FILE && (be16(inode + DI_FLAGS) & FLAG_REALTIME) != 0) {
        return fail(node->volume->log, ERR_UNSUPPORTED,
                    "%s: XFS inode %lu has its data on the realtime volume, which is not read",
                    volume_subject(node->volume), node->id.object);
    }
    return node->size <= INT64_MAX ? 0 : xfs_wrong(node, "its size cannot be right");
}

int xfs_load(struct node *node)
{
    const uint8_t *inode;
    if (!xfs_find_inode(xfs_of(node), node->id.object, &private_of(node)->place)) {
        return xfs_wrong(node, "there is no such inode");
    }
    int error = xfs_block(node, fill_inode, xfs_node_of(node)->place, &inode);
    if (error != 0) {
        return error;
    }
    take_fields(node, inode);
    return check(node, inode);
}
