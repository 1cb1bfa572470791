/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/xfs/checksum.h"

#include "fs/xfs/disk.h"
#include "fs/xfs/patches.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"
#include "lib/crc32c.h"

bool xfs_is_whole(const uint8_t *bytes, size_t size, size_t at)
{
    return ~crc32c_around(UINT32_MAX, bytes, size, at, sizeof(uint32_t)) == le32(bytes + at);
}

bool xfs_is_metadata_whole(const struct volume *volume, uint64_t place, const uint8_t *bytes,
                           size_t size, size_t at)
{
    const struct xfs *xfs = volume->private;
    return !xfs->has_checksums || xfs_is_whole(bytes, size, at) ||
           (xfs->patches != NULL && patches_touch(xfs->patches, place, size));
}

int xfs_check_stamp(const struct node *node, const struct xfs_stamp *stamp, uint64_t place,
                    const uint8_t *bytes, size_t size)
{
    if (!xfs_of(node)->has_checksums) {
        return 0;
    }
    if (!xfs_is_metadata_whole(node->volume, place, bytes, size, stamp->checksum)) {
        return xfs_wrong_block(node, place, "its checksum is wrong");
    }
    if (be64(bytes + stamp->place) != place / BASIC_BLOCK) {
        return xfs_wrong_block(node, place, "it says that it is another block");
    }
    if (be64(bytes + stamp->owner) != node->id.object) {
        return xfs_wrong_block(node, place, "it says that it is another inode's");
    }
    return 0;
}
