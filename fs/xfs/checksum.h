/* SPDX-License-Identifier: BSD-2-Clause */
/* XFS's checksums (drawn in disk.h), and what a block says of itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

/* Does the checksum at `at`, within `size` bytes, agree with them? */
bool xfs_is_whole(const uint8_t *bytes, size_t size, size_t at);

/*
 * The same of metadata at byte `place` of the volume. Without checksums they do, and where the log
 * has changed them: their sum is that of before, and the log has its own.
 */
bool xfs_is_metadata_whole(const struct volume *, uint64_t place, const uint8_t *bytes, size_t size,
                           size_t at);

/* Where a kind of block holds what version 5 knows of it. */
struct xfs_stamp {
    size_t checksum, place, owner;
};

/*
 * Is a block of `node`, `size` bytes at byte `place` of the volume, itself? Without checksums it
 * is. Returns 0 or ERR_CORRUPT (logged).
 */
int xfs_check_stamp(const struct node *, const struct xfs_stamp *, uint64_t place,
                    const uint8_t *bytes, size_t size);
