/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/piece.h"

#include "fs/btrfs/btrfs.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- one item ------------------------------------------------------------------------------- */

static const char *take_inline(struct btrfs_piece *piece, const struct btrfs_item *item)
{
    piece->kind = PIECE_INLINE;
    piece->bytes = item->bytes + EXTENT_INLINE;
    piece->size = item->size - EXTENT_INLINE;
    piece->unpacked =
        piece->packing == PACKED_NOT ? piece->size : le64(item->bytes + EXTENT_UNPACKED);
    piece->end = piece->unpacked;
    return piece->start != 0 || piece->size == 0 || piece->unpacked == 0 ||
                   piece->unpacked > PACKED_LIMIT
               ? "its inline data cannot be right"
               : NULL;
}

/* All that lies on the disk counts in whole sectors. */
static bool is_aligned(const struct btrfs *fs, const struct btrfs_piece *piece)
{
    uint64_t all = piece->start | piece->address | piece->size | piece->first;
    return (all & (fs->sector_size - 1)) == 0;
}

static const char *take_packed(struct btrfs_piece *piece, uint64_t length)
{
    piece->kind = PIECE_PACKED;
    if (piece->packing > PACKED_ZSTD) {
        return "it is packed in a way that is not known";
    }
    return piece->size == 0 || piece->size > PACKED_LIMIT || piece->unpacked > PACKED_LIMIT ||
                   !range_within(piece->first, length, piece->unpacked)
               ? "a packed extent has a size that cannot be right"
               : NULL;
}

static const char *take_extent(const struct btrfs *fs, struct btrfs_piece *piece,
                               const struct btrfs_item *item)
{
    if (item->size < EXTENT_SIZE) {
        return "one of its extents is too short";
    }
    uint64_t length = le64(item->bytes + EXTENT_BYTES);
    piece->address = le64(item->bytes + EXTENT_BLOCK);
    piece->size = le64(item->bytes + EXTENT_BLOCK_SIZE);
    piece->first = le64(item->bytes + EXTENT_FIRST);
    piece->unpacked = le64(item->bytes + EXTENT_UNPACKED);
    if (length == 0 || !checked_add(piece->start, length, &piece->end)) {
        return "one of its extents has a length that cannot be right";
    }
    if (piece->address == 0 || item->bytes[EXTENT_TYPE] == TYPE_PREALLOCATED) {
        piece->kind = PIECE_HOLE;
        return NULL;
    }
    if (!is_aligned(fs, piece)) {
        return "one of its extents does not begin with a sector";
    }
    if (piece->packing != PACKED_NOT) {
        return take_packed(piece, length);
    }
    piece->kind = PIECE_PLAIN;
    return range_within(piece->first, length, piece->size) ? NULL
                                                           : "one of its extents leaves its blocks";
}

static int take_item(const struct node *node, const struct btrfs_item *item,
                     struct btrfs_piece *piece)
{
    const char *wrong = "one of its extents is too short";
    if (item->size > EXTENT_INLINE) {
        *piece =
            (struct btrfs_piece){.start = item->key.offset, .packing = item->bytes[EXTENT_PACKING]};
        wrong =
            item->bytes[EXTENT_ENCRYPTION] != 0 || le16(item->bytes + EXTENT_OTHER_ENCODING) != 0
                ? "it is encrypted or encoded, which is not read"
            : item->bytes[EXTENT_TYPE] == TYPE_INLINE ? take_inline(piece, item)
            : item->bytes[EXTENT_TYPE] <= TYPE_PREALLOCATED
                ? take_extent(btrfs_of(node), piece, item)
                : "one of its extents is of a kind that is not known";
    }
    return wrong != NULL ? btrfs_wrong(node, wrong) : 0;
}

/* ---- all of a file -------------------------------------------------------------------------- */

static bool is_extent_of(const struct node *node, const struct btrfs_item *item)
{
    return item->key.object == node->id.object && item->key.type == TYPE_EXTENT_DATA;
}

/* From `offset` to the next extent, or for ever. */
static int take_hole(const struct node *node, const struct btrfs_tree *tree, uint64_t offset,
                     struct btrfs_piece *piece)
{
    const struct btrfs_key key = {
        .object = node->id.object, .type = TYPE_EXTENT_DATA, .offset = offset};
    struct btrfs_item item;
    int found = btrfs_find_from(node->volume, tree, &key, &item);
    if (found < 0) {
        return found;
    }
    bool has_next = found > 0 && is_extent_of(node, &item) && item.key.offset > offset;
    *piece = (struct btrfs_piece){
        .kind = PIECE_HOLE, .start = offset, .end = has_next ? item.key.offset : UINT64_MAX};
    return 0;
}

int btrfs_find_piece(const struct node *node, uint64_t offset, struct btrfs_piece *piece)
{
    const struct btrfs_tree *tree = &btrfs_node_of(node)->tree;
    const struct btrfs_key key = {
        .object = node->id.object, .type = TYPE_EXTENT_DATA, .offset = offset};
    struct btrfs_item item;
    int found = btrfs_find_until(node->volume, tree, &key, &item);
    if (found < 0) {
        return found;
    }
    if (found == 0 || !is_extent_of(node, &item)) {
        return take_hole(node, tree, offset, piece);
    }
    int error = take_item(node, &item, piece);
    return error == 0 && offset >= piece->end ? take_hole(node, tree, offset, piece) : error;
}
