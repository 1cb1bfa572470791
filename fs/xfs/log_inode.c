/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An inode's core in the log has the fields of the one on disk, at the same places, in the order of
 * bytes of the machine; its fork is as it is on disk, but for the root of a tree, which has the
 * header of a block and other room for keys.
 */
#include "fs/xfs/log_inode.h"

#include <string.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "fs/xfs/xlog.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { CORE_REGION = 1, FORK_REGION = 2, INODE_LIMIT = 2048 };

static uint64_t place_of(const struct log_target *target, const struct log_item *item)
{
    uint64_t place;
    (void)xfs_find_inode(target->log->volume->private, le64(item->format + XN_NUMBER), &place);
    return place; /* log_begin_inode() has found it before */
}

int log_begin_inode(struct log_target *target, struct log_item *item)
{
    const uint8_t *format = item->format;
    uint8_t core[DI_CORE_SIZE_V3];
    uint64_t place;
    if (item->format_size < XN_SIZE ||
        !xfs_find_inode(target->log->volume->private, le64(format + XN_NUMBER), &place)) {
        return log_wrong(target->log, "format of an inode");
    }
    if (cancels_have(&target->cancels, le64(format + XN_PLACE), le32(format + XN_LENGTH))) {
        return 0;
    }
    int error = patches_read(target->patches, place, core, sizeof core);
    if (error != 0) {
        return error;
    }
    item->skipped = be16(core) == DI_MAGIC_VALUE && be64(core + DI_LSN) > item->lsn;
    return 0;
}

/* ---- the core ------------------------------------------------------------------------------- */

static void turn(uint8_t *number, size_t size)
{
    for (size_t a = 0, b = size - 1; a < b; a++, b--) {
        uint8_t byte = number[a];
        number[a] = number[b];
        number[b] = byte;
    }
}

/* Only the numbers that are read. */
static void turn_core(uint8_t *core)
{
    static const struct {
        uint8_t place, size;
    } numbers[] = {{0, 2},        {DI_MODE, 2},   {DI_SIZE, 8},  {DI_EXTENTS, 4},
                   {DI_FLAGS, 2}, {DI_FLAGS2, 8}, {DI_NUMBER, 8}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        turn(core + numbers[i].place, numbers[i].size);
    }
    uint64_t flags2 = be64(core + DI_FLAGS2);
    turn(core + DI_MTIME, (flags2 & FLAG2_BIGTIME) != 0 ? 8 : 4);
    if ((flags2 & FLAG2_NREXT64) != 0) {
        turn(core + DI_BIG_EXTENTS, 8);
    }
}

static int take_core(struct log_target *target, const struct log_item *item, const uint8_t *bytes,
                     uint32_t length)
{
    uint8_t core[DI_CORE_SIZE_V3];
    if (length < sizeof core || le16(bytes) != DI_MAGIC_VALUE) {
        return log_wrong(target->log, "core of an inode");
    }
    memcpy(core, bytes, sizeof core);
    turn_core(core);
    put_be64(core + DI_LSN, item->lsn);
    return patches_write(target->patches, place_of(target, item), core, sizeof core);
}

/* ---- the data fork -------------------------------------------------------------------------- */

/* Bytes that the inode, whose core has been written, has for it. */
static int find_fork_size(struct log_target *target, uint64_t place, uint32_t *size)
{
    const struct xfs *xfs = target->log->volume->private;
    uint8_t offset;
    int error = patches_read(target->patches, place + DI_FORK_OFFSET, &offset, 1);
    *size = xfs->inode_size - DI_CORE_SIZE_V3;
    if (offset != 0) {
        *size = (uint32_t)min_u64(*size, offset * 8U);
    }
    return error;
}

/* Makes a root on disk, of `size` bytes, of the block in the log. False: it does not fit. */
static bool make_root(uint8_t *root, uint32_t size, const uint8_t *block, uint32_t length)
{
    if (length < BMAP_HEADER_SIZE_V5 || size < ROOT_HEADER_SIZE) {
        return false;
    }
    size_t count = be16(block + BMAP_COUNT);
    size_t from = (length - BMAP_HEADER_SIZE_V5) / BTREE_RECORD_SIZE;
    size_t to = (size - ROOT_HEADER_SIZE) / BTREE_RECORD_SIZE;
    if (count > from || count > to) {
        return false;
    }
    const uint8_t *keys = block + BMAP_HEADER_SIZE_V5;
    memcpy(root + ROOT_LEVEL, block + BMAP_LEVEL, 2);
    memcpy(root + ROOT_COUNT, block + BMAP_COUNT, 2);
    memcpy(root + ROOT_HEADER_SIZE, keys, count * BTREE_KEY_SIZE);
    memcpy(root + ROOT_HEADER_SIZE + to * BTREE_KEY_SIZE, keys + from * BTREE_KEY_SIZE,
           count * BTREE_KEY_SIZE);
    return true;
}

static int take_root(struct log_target *target, uint64_t place, const uint8_t *bytes,
                     uint32_t length, uint32_t size)
{
    uint8_t root[INODE_LIMIT] = {0};
    if (!make_root(root, size, bytes, length)) {
        return log_wrong(target->log, "root of an inode's extents");
    }
    return patches_write(target->patches, place + DI_CORE_SIZE_V3, root, size);
}

static int take_fork(struct log_target *target, const struct log_item *item, const uint8_t *bytes,
                     uint32_t length)
{
    uint64_t place = place_of(target, item);
    uint32_t fields = le32(item->format + XN_FIELDS), size;
    int error = find_fork_size(target, place, &size);
    if (error != 0) {
        return error;
    }
    if ((fields & FIELDS_ROOT) != 0) {
        return take_root(target, place, bytes, length, size);
    }
    if ((fields & FIELDS_FORK_AS_ON_DISK) == 0) {
        return 0; /* it is the attributes' */
    }
    if (length > size) {
        return log_wrong(target->log, "data fork of an inode");
    }
    return patches_write(target->patches, place + DI_CORE_SIZE_V3, bytes, length);
}

int log_take_inode(struct log_target *target, struct log_item *item, const uint8_t *bytes,
                   uint32_t length)
{
    switch (item->taken - 1) {
    case CORE_REGION:
        return take_core(target, item, bytes, length);
    case FORK_REGION:
        return take_fork(target, item, bytes, length);
    default:
        return 0;
    }
}
