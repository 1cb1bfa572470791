/* SPDX-License-Identifier: BSD-2-Clause */
/* Items by their kinds; buffers and creations of inodes. */
#include "fs/xfs/log_items.h"

#include <string.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/log_inode.h"
#include "fs/xfs/xfs.h"
#include "fs/xfs/xlog.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

/* ---- buffers -------------------------------------------------------------------------------- */

/* Where a block says when it was written, if it is of a kind that is read; 0: it does not. */
static size_t lsn_place(const uint8_t *block)
{
    switch (be32(block)) {
    case BMAP_MAGIC_V5:
        return BMAP_LSN;
    case DATA_MAGIC_V5:
    case BLOCK_MAGIC_V5:
        return DATA_LSN;
    case LINK_MAGIC:
        return LINK_LSN;
    default:
        break;
    }
    uint16_t magic = be16(block + INDEX_MAGIC);
    return magic == LEAF1_MAGIC_V5 || magic == LEAFN_MAGIC_V5 || magic == NODE_MAGIC_V5 ? INDEX_LSN
                                                                                        : 0;
}

static bool is_lsn(uint64_t lsn)
{
    return lsn != 0 && lsn != UINT64_MAX;
}

/* Is what lies there as new as the transaction? */
static int check_lsn(const struct log_target *target, struct log_item *item, uint64_t offset)
{
    uint8_t block[BASIC_BLOCK];
    int error = patches_read(target->patches, offset, block, sizeof block);
    if (error != 0) {
        return error;
    }
    size_t place = lsn_place(block);
    uint64_t lsn = place != 0 ? be64(block + place) : 0;
    item->skipped = is_lsn(lsn) && lsn >= item->lsn;
    return 0;
}

/* Only what is read: extents, inodes, links, directories; and what does not say what it is. */
static bool is_read(uint16_t flags)
{
    enum {
        UNKNOWN = 0,
        BTREE = 4,
        INODES = 8, /* new ones, of version 4 */
        LINK = 9,
        DIR_BLOCK = 10,
        DIR_DATA = 11,
        DIR_LEAF1 = 13,
        DIR_LEAFN = 14,
        DIR_NODE = 15
    };
    unsigned type = flags >> BUFFER_TYPE_SHIFT;
    return (flags & (BUFFER_OF_INODES | BUFFER_CANCELLED)) == 0 &&
           (type == UNKNOWN || type == BTREE || type == INODES || type == LINK ||
            type == DIR_BLOCK || type == DIR_DATA || (type >= DIR_LEAF1 && type <= DIR_NODE));
}

/* A buffer's format, the first region of its item. */
static int begin_buffer(struct log_target *target, struct log_item *item)
{
    const uint8_t *format = item->format;
    uint64_t place = le64(format + XB_PLACE), offset;
    uint32_t length = le16(format + XB_LENGTH);
    bool is_cancel = (le16(format + XB_FLAGS) & BUFFER_CANCELLED) != 0;
    if (item->format_size < XB_BITMAP ||
        le32(format + XB_WORDS) > (item->format_size - XB_BITMAP) / 4) {
        return log_wrong(target->log, "format of a buffer");
    }
    if (is_cancel && item->pass == PASS_CANCEL) {
        return cancels_add(&target->cancels, target->log->volume->arena, place, length);
    }
    if (is_cancel && item->pass == PASS_UNCANCEL) {
        cancels_pass(&target->cancels, place, length);
    }
    item->skipped = item->pass != PASS_BUFFERS || !is_read(le16(format + XB_FLAGS)) ||
                    cancels_have(&target->cancels, place, length);
    if (item->skipped) {
        return 0;
    }
    if (!checked_mul(place, BASIC_BLOCK, &offset) || length == 0 ||
        !range_within(offset, (uint64_t)length * BASIC_BLOCK, target->log->volume->source->size)) {
        return log_wrong(target->log, "place of a buffer");
    }
    return check_lsn(target, item, offset);
}

static bool has_piece(const struct log_item *item, uint32_t piece)
{
    uint32_t words = le32(item->format + XB_WORDS);
    return piece / 32 < words &&
           (le32(item->format + XB_BITMAP + (size_t)piece / 32 * 4) >> piece % 32 & 1) != 0;
}

/* A region of it: the next pieces that follow each other, all of them. */
static int take_pieces(struct log_target *target, struct log_item *item, const uint8_t *bytes,
                       uint32_t length)
{
    uint64_t place = le64(item->format + XB_PLACE) * BASIC_BLOCK;
    uint32_t size = le16(item->format + XB_LENGTH) * BASIC_BLOCK;
    uint32_t limit = size / XB_PIECE, first = item->piece;
    while (first < limit && !has_piece(item, first)) {
        first++;
    }
    uint32_t end = first + length / XB_PIECE;
    if (length == 0 || length % XB_PIECE != 0 || end > limit) {
        return log_wrong(target->log, "pieces of a buffer");
    }
    item->piece = end;
    return patches_write(target->patches, place + (uint64_t)first * XB_PIECE, bytes, length);
}

/* ---- creations ------------------------------------------------------------------------------ */

/*
 * Blocks of new inodes: those that came into use follow as inodes. If they are given back later,
 * they can be a file's data by now.
 */
static int take_creation(struct log_target *target, const struct log_item *item)
{
    static const uint8_t zeros[BASIC_BLOCK];
    const struct xfs *xfs = target->log->volume->private;
    uint32_t group = be32(item->format + XC_GROUP), block = be32(item->format + XC_BLOCK);
    uint32_t length = be32(item->format + XC_LENGTH);
    uint64_t place, number = (uint64_t)group << xfs->group_blocks_log | block;
    if (item->format_size < XC_SIZE || length > xfs->group_blocks || block >= xfs->group_blocks ||
        !xfs_find_blocks(xfs, number, length, &place)) {
        return log_wrong(target->log, "creation of inodes");
    }
    uint64_t size = (uint64_t)length * xfs->block_size;
    if (cancels_begin(&target->cancels, place / BASIC_BLOCK)) {
        return 0;
    }
    for (uint64_t done = 0; done < size; done += sizeof zeros) {
        int error = patches_write(target->patches, place + done, zeros, sizeof zeros);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- any of them ---------------------------------------------------------------------------- */

/* The first region says what the item is. */
static int begin(struct log_target *target, struct log_item *item, const uint8_t *bytes,
                 uint32_t length)
{
    if (length < XI_REGIONS + 2) {
        return log_wrong(target->log, "format of an item");
    }
    memset(item->format, 0, sizeof item->format);
    item->format_size = (uint32_t)min_u64(length, sizeof item->format);
    memcpy(item->format, bytes, item->format_size);
    item->regions = le16(bytes + XI_REGIONS);
    item->taken = 1;
    item->piece = 0;
    item->skipped = true;
    switch (le16(bytes + XI_TYPE)) {
    case ITEM_BUFFER:
        return begin_buffer(target, item);
    case ITEM_INODE:
        return item->pass == PASS_INODES ? log_begin_inode(target, item) : 0;
    case ITEM_CREATION:
        return item->pass == PASS_BUFFERS ? take_creation(target, item) : 0;
    case ITEM_MAPPING_INTENT:
        return item->pass == PASS_INODES ? log_take_intent(target, item) : 0;
    case ITEM_MAPPING_DONE:
        return item->pass == PASS_INODES ? log_take_done(target, item) : 0;
    default: /* quotas, and what else is intended: of free extents, counts, owners, attributes. Nothing that is read */
        return 0;
    }
}

int log_take_region(struct log_target *target, struct log_item *item, const uint8_t *bytes,
                    uint32_t length)
{
    if (item->taken >= item->regions) {
        return begin(target, item, bytes, length);
    }
    item->taken++;
    if (item->skipped) {
        return 0;
    }
    return le16(item->format + XI_TYPE) == ITEM_BUFFER
               ? take_pieces(target, item, bytes, length)
               : log_take_inode(target, item, bytes, length);
}
