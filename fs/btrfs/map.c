/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a file's bytes are. Those that have checksums, or are packed, are made (EXTENT_MADE): read,
 * verified, unpacked.
 */
#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/data.h"
#include "fs/btrfs/packed.h"
#include "fs/btrfs/piece.h"
#include "fs/btrfs/space.h"

enum { ROW_LIMIT = 16 /* pieces: they can be small, and are looked for again the next time */ };

/* Where byte `offset` of a file lies, in a plain piece. */
static uint64_t address_of(const struct btrfs_piece *piece, uint64_t offset)
{
    return piece->address + piece->first + (offset - piece->start);
}

/*
 * Makes an extent, of the rest of a plain piece, longer by those after it that follow it on the disk, too: what is
 * made is read side by side within an extent alone, and mkfs.btrfs writes pieces of 1 MiB.
 */
static int add_row(const struct node *node, uint64_t address, uint64_t end, struct extent *extent)
{
    struct btrfs_piece next;
    uint64_t place;
    for (unsigned i = 1; i < ROW_LIMIT && end < node->size; i++) {
        int error = btrfs_find_piece(node, end, &next);
        if (error != 0) {
            return error;
        }
        uint64_t length = extent->length + (next.end - end);
        if (next.kind != PIECE_PLAIN || address_of(&next, end) != address + extent->length ||
            !btrfs_space_find(btrfs_of(node)->space, address, length, &place)) {
            return 0;
        }
        extent->length = length;
        end = next.end;
    }
    return 0;
}

static int map_plain(const struct node *node, const struct btrfs_piece *piece, uint64_t offset,
                     struct extent *extent)
{
    const struct btrfs *fs = btrfs_of(node);
    uint64_t place;
    if (!btrfs_space_find(fs->space, piece->address, piece->size, &place)) {
        return btrfs_wrong(node, btrfs_space_lack(fs->space));
    }
    extent->kind = btrfs_has_checksums(node) ? EXTENT_MADE : EXTENT_BELOW;
    extent->offset = place + piece->first + (offset - piece->start);
    return add_row(node, address_of(piece, offset), piece->end, extent);
}

int btrfs_map(struct node *node, uint64_t offset, struct extent *extent)
{
    struct btrfs_piece piece;
    int error = btrfs_find_piece(node, offset, &piece);
    if (error != 0) {
        return error;
    }
    *extent = (struct extent){.kind = piece.kind == PIECE_HOLE ? EXTENT_ZERO : EXTENT_MADE,
                              .length = piece.end - offset};
    return piece.kind == PIECE_PLAIN ? map_plain(node, &piece, offset, extent) : 0;
}

/* The piece's bytes from number `at` of those that it has unpacked. */
static int make_from(struct node *node, const struct btrfs_piece *piece, uint64_t at, void *buffer,
                     size_t length)
{
    switch (piece->kind) {
    case PIECE_PLAIN:
        return btrfs_read_data(node, piece->start + at - piece->first, piece->address + at, buffer,
                               length);
    case PIECE_HOLE:
        memset(buffer, 0, length);
        return 0;
    default:
        if (piece->packing == PACKED_NOT) {
            memcpy(buffer, piece->bytes + at, length);
            return 0;
        }
        return btrfs_unpack(node, piece, at, buffer, length);
    }
}

int btrfs_make(struct node *node, uint64_t offset, void *buffer, size_t length)
{
    struct btrfs_piece piece;
    int error = btrfs_find_piece(node, offset, &piece);
    return error != 0
               ? error
               : make_from(node, &piece, piece.first + (offset - piece.start), buffer, length);
}
