/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/packed.h"

#include <stdbool.h>
#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/data.h"
#include "fs/btrfs/lzo.h"
#include "fs/btrfs/piece.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "unpack/block.h"

struct btrfs_packed {
    uint64_t address; /* of the extent that is unpacked; 0: none is, or an inline one */
    uint8_t *bytes;   /* PACKED_LIMIT, before they are unpacked */
    uint8_t *unpacked;
    struct pool pool; /* the decoders' */
};

struct btrfs_packed *btrfs_packed_create(struct arena *arena)
{
    struct btrfs_packed *packed = arena_alloc(arena, sizeof *packed);
    uint8_t *bytes = arena_pages(arena, (size_t)2 * PACKED_LIMIT);
    uint8_t *room = arena_pages(arena, unpack_block_room());
    if (packed == NULL || bytes == NULL || room == NULL) {
        return NULL;
    }
    packed->pool = (struct pool){.bytes = room, .size = unpack_block_room()};
    packed->bytes = bytes;
    packed->unpacked = bytes + PACKED_LIMIT;
    return packed;
}

/* What follows the packed bytes' end, up to the extent's, is zeros. */
static int unpack(const struct node *node, const struct btrfs_piece *piece, const uint8_t *bytes)
{
    struct btrfs_packed *packed = btrfs_of(node)->packed;
    size_t made = 0;
    int error = ERR_CORRUPT;
    switch (piece->packing) {
    case PACKED_ZLIB:
        error = unpack_zlib(&packed->pool, bytes, piece->size, packed->unpacked, piece->unpacked,
                            &made);
        break;
    case PACKED_LZO:
        error = btrfs_unpack_lzo(bytes, piece->size, btrfs_of(node)->sector_size, packed->unpacked,
                                 piece->unpacked, &made);
        break;
    case PACKED_ZSTD:
        error = unpack_zstd(&packed->pool, bytes, piece->size, packed->unpacked, piece->unpacked,
                            &made);
        break;
    default:
        break;
    }
    if (error != 0) {
        return btrfs_wrong(node, "a packed extent cannot be unpacked");
    }
    memset(packed->unpacked + made, 0, piece->unpacked - made);
    return 0;
}

static int read_and_unpack(const struct node *node, const struct btrfs_piece *piece)
{
    struct btrfs_packed *packed = btrfs_of(node)->packed;
    packed->address = 0;
    if (piece->kind == PIECE_INLINE) {
        return unpack(node, piece, piece->bytes);
    }
    int error = btrfs_read_data(node, piece->start, piece->address, packed->bytes, piece->size);
    if (error == 0) {
        error = unpack(node, piece, packed->bytes);
    }
    packed->address = error == 0 ? piece->address : 0;
    return error;
}

int btrfs_unpack(const struct node *node, const struct btrfs_piece *piece, uint64_t at,
                 void *buffer, size_t length)
{
    struct btrfs_packed *packed = btrfs_of(node)->packed;
    bool is_there = piece->kind == PIECE_PACKED && packed->address == piece->address;
    int error = is_there ? 0 : read_and_unpack(node, piece);
    if (error == 0) {
        memcpy(buffer, packed->unpacked + at, length);
    }
    return error;
}
