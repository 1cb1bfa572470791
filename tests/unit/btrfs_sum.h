/* SPDX-License-Identifier: BSD-2-Clause */
/* The checksums of a small btrfs, made anew: what is changed in it is not refused unread. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "fs/btrfs/disk.h"
#include "lib/bytes.h"
#include "lib/crc32c.h"

enum { BTRFS_IMAGE_BLOCK = 4096 };

/* Gives every block that says it is one of btrfs_maker.py's its checksum: superblocks, too. */
static inline void btrfs_image_sum(uint8_t *image, size_t size)
{
    static const uint8_t fsid[UUID_BYTES] = {16, 17, 18, 19, 20, 21, 22, 23,
                                             24, 25, 26, 27, 28, 29, 30, 31};
    for (size_t at = 0; at + BTRFS_IMAGE_BLOCK <= size; at += BTRFS_IMAGE_BLOCK) {
        uint8_t *block = image + at;
        if (memcmp(block + BLOCK_FSID, fsid, UUID_BYTES) == 0) {
            put_le32(block, ~crc32c(UINT32_MAX, block + CHECKSUM_BYTES,
                                    BTRFS_IMAGE_BLOCK - CHECKSUM_BYTES));
        }
    }
}
