/* SPDX-License-Identifier: BSD-2-Clause */
/* Extents that are packed: at most PACKED_LIMIT bytes, unpacked as a whole. The last one is kept. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct btrfs_packed;
struct btrfs_piece;
struct arena;
struct node;

/* Scratch for one extent. NULL: no memory. */
struct btrfs_packed *btrfs_packed_create(struct arena *);

/*
 * Bytes of a packed piece, PIECE_PACKED or PIECE_INLINE, from number `at` of those that it unpacks to.
 * Returns 0 or an error (logged).
 */
int btrfs_unpack(const struct node *, const struct btrfs_piece *, uint64_t at, void *buffer,
                 size_t length);
