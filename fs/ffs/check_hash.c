/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ffs/check_hash.h"

#include "fs/ffs/disk.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/crc32c.h"

enum { SUPER_LIMIT = 8192, PIECE = 512, HASH = 4 };

static uint32_t hashed(const struct ffs *ffs, const uint8_t *super)
{
    bool is_kept = (ffs_load32(ffs, super + FS_FLAGS) & FLAGS_CHECK_HASHES) != 0;
    return ffs->is_v2 && is_kept ? ffs_load32(ffs, super + FS_METACKHASH) : 0;
}

bool ffs_has_inode_hashes(const struct ffs *ffs, const uint8_t *super)
{
    return (hashed(ffs, super) & CK_INODE) != 0;
}

bool ffs_super_is_whole(const struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    uint32_t size = ffs_load32(ffs, super + FS_SBSIZE);
    if ((hashed(ffs, super) & CK_SUPERBLOCK) == 0) {
        return true;
    }
    if (size < SUPER_SIZE || size > SUPER_LIMIT) {
        return false;
    }
    uint32_t sum = crc32c_around(UINT32_MAX, super, SUPER_SIZE, FS_CKHASH, HASH);
    for (uint32_t done = SUPER_SIZE; done < size;) {
        uint8_t piece[PIECE];
        uint32_t length = (uint32_t)min_u64(size - done, PIECE);
        if (volume_read(volume, ffs->super_place + done, piece, length) != 0) {
            return false;
        }
        sum = crc32c(sum, piece, length);
        done += length;
    }
    return sum == ffs_load32(ffs, super + FS_CKHASH);
}

bool ffs_inode_is_whole(const struct ffs *ffs, const uint8_t *inode)
{
    return !ffs->has_inode_hashes || crc32c_around(UINT32_MAX, inode, INODE_SIZE_V2, DI2_CKHASH,
                                                   HASH) == ffs_load32(ffs, inode + DI2_CKHASH);
}
