/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of files: what an EXTENT_DATA item says, checked. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

struct btrfs_piece {
    enum { PIECE_HOLE, PIECE_INLINE, PIECE_PLAIN, PIECE_PACKED } kind;
    uint64_t start, end;  /* bytes of the file */
    uint8_t packing;      /* of an inline piece, too */
    const uint8_t *bytes; /* PIECE_INLINE: until the next search */
    uint64_t address;     /* else: where it lies */
    uint64_t size;        /* bytes there */
    uint64_t unpacked;    /* bytes once they are unpacked */
    uint64_t first;       /* byte of those with which the piece begins */
};

/* The piece in which byte `offset` of a file is. Returns 0 or an error (logged). */
int btrfs_find_piece(const struct node *, uint64_t offset, struct btrfs_piece *);
