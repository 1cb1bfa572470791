/* SPDX-License-Identifier: BSD-2-Clause */
/* Checksums of four kinds, each by its library. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/btrfs/disk.h"
#include "lib/crc32c.h"

/* Bytes of a sum; 0: there is no such kind. */
unsigned btrfs_checksum_size(enum btrfs_checksum);

const char *btrfs_checksum_name(enum btrfs_checksum);

/* What a file system sums with. */
struct btrfs_summing {
    enum btrfs_checksum kind;
    crc32c_function *crc32c; /* the one that is asked for crc32c */
};

struct btrfs_summing btrfs_summing_of(enum btrfs_checksum);

/* Is `sum` that of these bytes? */
bool btrfs_checksum_fits(const struct btrfs_summing *, const uint8_t *bytes, size_t length,
                         const uint8_t *sum);

/* Of a name in a directory: the offset of its DIR_ITEM's key. */
uint32_t btrfs_hash_name(const char *name, size_t length);
