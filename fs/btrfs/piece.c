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

/* Where the next extent after byte `offset` begins in a tree; *next stays where there is none. */
static int find_next(const struct node *node, const struct btrfs_tree *tree, uint64_t offset,
                     uint64_t *next)
{
    const struct btrfs_key key = {
        .object = node->id.object, .type = TYPE_EXTENT_DATA, .offset = offset};
    struct btrfs_item item;
    int found = btrfs_find_from(node->volume, tree, &key, &item);
    if (found > 0 && is_extent_of(node, &item) && item.key.offset > offset) {
        *next = min_u64(*next, item.key.offset);
    }
    return found < 0 ? found : 0;
}

/* The piece of a tree that has byte `offset`. Returns 1, 0 when there is none, or an error. */
static int find_in(const struct node *node, const struct btrfs_tree *tree, uint64_t offset,
                   struct btrfs_piece *piece)
{
    const struct btrfs_key key = {
        .object = node->id.object, .type = TYPE_EXTENT_DATA, .offset = offset};
    struct btrfs_item item;
    int found = btrfs_find_until(node->volume, tree, &key, &item);
    if (found <= 0 || !is_extent_of(node, &item)) {
        return found < 0 ? found : 0;
    }
    int error = take_item(node, &item, piece);
    return error != 0 ? error : offset < piece->end ? 1 : 0;
}

/* From `offset` to the next extent, or for ever. */
static int take_hole(const struct node *node, const struct btrfs_tree *tree, uint64_t offset,
                     struct btrfs_piece *piece)
{
    *piece = (struct btrfs_piece){.kind = PIECE_HOLE, .start = offset, .end = UINT64_MAX};
    return find_next(node, tree, offset, &piece->end);
}

/* What was committed; what is logged after it hides the rest of it. */
static int find_committed(const struct node *node, uint64_t offset, struct btrfs_piece *piece)
{
    const struct btrfs_node *private = btrfs_node_of(node);
    int error = private->log != NULL ? find_next(node, private->log, offset, &piece->end) : 0;
    uint64_t end = piece->end;
    if (error != 0) {
        return error;
    }
    int found = find_in(node, &private->tree, offset, piece);
    error = found == 0 ? take_hole(node, &private->tree, offset, piece) : found < 0 ? found : 0;
    piece->end = min_u64(piece->end, end);
    return error;
}

/* A logged piece that is inline hides all of its sector. */
static bool hides_sector(const struct node *node, const struct btrfs_piece *piece, uint64_t offset)
{
    return piece->kind == PIECE_INLINE && offset < btrfs_of(node)->sector_size;
}

int btrfs_find_piece(const struct node *node, uint64_t offset, struct btrfs_piece *piece)
{
    const struct btrfs_tree *log = btrfs_node_of(node)->log;
    *piece = (struct btrfs_piece){.end = UINT64_MAX};
    int found = log != NULL ? find_in(node, log, offset, piece) : 0;
    if (found != 0) {
        return found < 0 ? found : 0;
    }
    if (hides_sector(node, piece, offset)) {
        *piece = (struct btrfs_piece){
            .kind = PIECE_HOLE, .start = offset, .end = btrfs_of(node)->sector_size};
        return 0;
    }
    piece->end = UINT64_MAX;
    return find_committed(node, offset, piece);
}
