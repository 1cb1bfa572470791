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

/* Does the file system keep version 3 of inodes, which have an LSN? */
static bool has_lsns(const struct log_target *target)
{
    const struct xfs *xfs = target->log->volume->private;
    return xfs->has_checksums;
}

/* Where the data fork begins in an inode. */
static uint32_t fork_of(const struct log_target *target)
{
    return has_lsns(target) ? DI_CORE_SIZE_V3 : DI_CORE_SIZE;
}

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
    item->skipped =
        has_lsns(target) && be16(core) == DI_MAGIC_VALUE && be64(core + DI_LSN) > item->lsn;
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

/* Seconds and nanoseconds, or one number of nanoseconds. */
static void turn_mtime(uint8_t *time, bool is_one_number)
{
    if (is_one_number) {
        turn(time, 8);
    } else {
        turn(time, 4);
        turn(time + 4, 4);
    }
}

/* What only version 3 has. */
static void turn_core_v3(uint8_t *core)
{
    turn(core + DI_FLAGS2, 8);
    turn(core + DI_NUMBER, 8);
    uint64_t flags2 = be64(core + DI_FLAGS2);
    turn_mtime(core + DI_MTIME, (flags2 & FLAG2_BIGTIME) != 0);
    if ((flags2 & FLAG2_NREXT64) != 0) {
        turn(core + DI_BIG_EXTENTS, 8);
    }
}

/* Only the numbers that are read. */
static void turn_core(uint8_t *core, bool is_v3)
{
    static const struct {
        uint8_t place, size;
    } numbers[] = {{0, 2},        {DI_MODE, 2}, {DI_OLD_LINKS, 2}, {DI_OWNER, 4}, {DI_GROUP, 4},
                   {DI_LINKS, 4}, {DI_SIZE, 8}, {DI_EXTENTS, 4},   {DI_FLAGS, 2}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        turn(core + numbers[i].place, numbers[i].size);
    }
    if (is_v3) {
        turn_core_v3(core);
    } else {
        turn_mtime(core + DI_MTIME, false);
    }
}

/*
 * Version 4 has no LSNs: it counts how often an inode was written, up to a limit and from 0 again. What was written
 * after the transaction is as new.
 */
static bool is_older(const uint8_t *core, const uint8_t *there)
{
    enum { LIMIT = 0xFFFF };
    uint16_t logged = le16(core + DI_FLUSHES), written = be16(there + DI_FLUSHES);
    bool began_again = written == LIMIT && logged < LIMIT / 2;
    return be16(there) == DI_MAGIC_VALUE && logged < written && !began_again;
}

static int take_core_v2(struct log_target *target, struct log_item *item, const uint8_t *bytes,
                        uint64_t place)
{
    uint8_t core[DI_LOGGED_SIZE], there[DI_LOGGED_SIZE];
    int error = patches_read(target->patches, place, there, sizeof there);
    if (error != 0) {
        return error;
    }
    item->skipped = is_older(bytes, there);
    if (item->skipped) {
        return 0;
    }
    memcpy(core, bytes, sizeof core);
    turn_core(core, false);
    memset(core + DI_FLUSHES, 0, 2); /* later transactions are newer */
    return patches_write(target->patches, place, core, sizeof core);
}

static int take_core_v3(struct log_target *target, const struct log_item *item,
                        const uint8_t *bytes, uint64_t place)
{
    uint8_t core[DI_CORE_SIZE_V3];
    memcpy(core, bytes, sizeof core);
    turn_core(core, true);
    put_be64(core + DI_LSN, item->lsn);
    return patches_write(target->patches, place, core, sizeof core);
}

static int take_core(struct log_target *target, struct log_item *item, const uint8_t *bytes,
                     uint32_t length)
{
    uint32_t size = has_lsns(target) ? DI_CORE_SIZE_V3 : DI_LOGGED_SIZE;
    if (length < size || le16(bytes) != DI_MAGIC_VALUE) {
        return log_wrong(target->log, "core of an inode");
    }
    uint64_t place = place_of(target, item);
    return has_lsns(target) ? take_core_v3(target, item, bytes, place)
                            : take_core_v2(target, item, bytes, place);
}

/* ---- the data fork -------------------------------------------------------------------------- */

/* Bytes that the inode, whose core has been written, has for it. */
static int find_fork_size(struct log_target *target, uint64_t place, uint32_t *size)
{
    const struct xfs *xfs = target->log->volume->private;
    uint8_t offset;
    int error = patches_read(target->patches, place + DI_FORK_OFFSET, &offset, 1);
    *size = xfs->inode_size - fork_of(target);
    if (offset != 0) {
        *size = (uint32_t)min_u64(*size, offset * 8U);
    }
    return error;
}

/* Makes a root on disk, of `size` bytes, of the block in the log with its header. False: it does not fit. */
static bool make_root(uint8_t *root, uint32_t size, const uint8_t *block, uint32_t length,
                      uint32_t header)
{
    if (length < header || size < ROOT_HEADER_SIZE) {
        return false;
    }
    size_t count = be16(block + BMAP_COUNT);
    size_t from = (length - header) / BTREE_RECORD_SIZE;
    size_t to = (size - ROOT_HEADER_SIZE) / BTREE_RECORD_SIZE;
    if (count > from || count > to) {
        return false;
    }
    const uint8_t *keys = block + header;
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
    uint32_t header = has_lsns(target) ? BMAP_HEADER_SIZE_V5 : BMAP_HEADER_SIZE;
    if (!make_root(root, size, bytes, length, header)) {
        return log_wrong(target->log, "root of an inode's extents");
    }
    return patches_write(target->patches, place + fork_of(target), root, size);
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
    return patches_write(target->patches, place + fork_of(target), bytes, length);
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
