/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images of XFS, made by mkfs.xfs, small ones: it makes 16 MiB at least, of which the first part is
 * all that is in use as long as the log is elsewhere.
 */
#pragma once

#include "fs/xfs/disk.h"
#include "lib/bytes.h"
#include "lib/crc32c.h"
#include "tests/unit/ext2_image.h"

enum { XFS_IMAGE_SIZE = 1 << 20 };

static inline void xfs_image_put32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (24 - 8 * i));
    }
}

/* Sums `size` bytes anew, whose checksum is at `at`. */
static inline void xfs_image_sum(uint8_t *bytes, size_t size, size_t at)
{
    put_le32(bytes + at, 0);
    put_le32(bytes + at, ~crc32c(UINT32_MAX, bytes, size));
}

static inline bool xfs_image_is_summed(const uint8_t *image)
{
    return (be16(image + SB_VERSION) & VERSION_NUMBER) == 5;
}

static inline void xfs_image_sum_super(uint8_t *image)
{
    if (xfs_image_is_summed(image)) {
        xfs_image_sum(image, be16(image + SB_SECTOR_SIZE), SB_CHECKSUM);
    }
}

/* A small tree, made with these options: image[XFS_IMAGE_SIZE]. */
static inline void xfs_image_make(uint8_t *image, const char *options)
{
    char commands[1600];
    (void)snprintf(
        commands, sizeof commands,
        "seq 1 60000 >numbers && echo hello >hello && { "
        "echo none; echo 0 0; echo d--755 0 0; echo hello ---644 0 0 hello; echo dir d--755 0 0;"
        "echo link l--777 0 0 ../hello; echo numbers ---644 0 0 numbers; echo many d--755 0 0;"
        "for i in $(seq 1 600); do echo file-$i ---644 0 0 /dev/null; done; echo $; echo $; echo "
        "$; } "
        ">proto &&"
        "truncate -s 16M image log && TEST_DIR=/ TEST_DEV=/ QA_CHECK_FS=1 "
        "mkfs.xfs -q -f %s -d agcount=1 -l logdev=log -p proto image >/dev/null 2>&1",
        options);
    ext2_image_make(image, XFS_IMAGE_SIZE, commands);
    xfs_image_put32(image + SB_BLOCKS + 4, XFS_IMAGE_SIZE / be32(image + SB_BLOCK_SIZE));
    xfs_image_sum_super(image);
}
