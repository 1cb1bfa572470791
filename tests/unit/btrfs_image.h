/* SPDX-License-Identifier: BSD-2-Clause */
/* A small btrfs, made by tests/images/btrfs_maker.py. */
#pragma once

#include "tests/unit/btrfs_sum.h"
#include "tests/unit/ext2_image.h"

enum { BTRFS_IMAGE_SIZE = 324 << 10 };

static inline void btrfs_image_make(uint8_t *image)
{
    char commands[1024], folder[512];
    assert_non_null(getcwd(folder, sizeof folder));
    (void)snprintf(commands, sizeof commands, "python3 %s/tests/images/btrfs_maker.py image",
                   folder);
    ext2_image_make(image, BTRFS_IMAGE_SIZE, commands);
}

/* The block at an address, by what it says of itself. */
static inline uint8_t *btrfs_image_block(uint8_t *image, uint64_t address)
{
    for (size_t at = SUPER_PLACE + SUPER_SIZE; at < BTRFS_IMAGE_SIZE; at += BTRFS_IMAGE_BLOCK) {
        if (le64(image + at + BLOCK_BYTE) == address) {
            return image + at;
        }
    }
    return NULL;
}
