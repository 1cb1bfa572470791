/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver as the rest of the world sees it, and what its parts share. */
#include "fs/ffs/ffs.h"

#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

const struct fs_type ffs_type = {
    .name = "ffs",
    .mount = ffs_mount,
    .load = ffs_load,
    .map = ffs_map,
    .next = ffs_next,
    .link = ffs_link,
};

const struct fs_type ffs_copy_type = {
    .name = "ffs",
    .mount = ffs_mount_copy,
    .load = ffs_load,
    .map = ffs_map,
    .next = ffs_next,
    .link = ffs_link,
};

uint16_t ffs_load16(const struct ffs *ffs, const uint8_t *p)
{
    return ffs->big_endian ? be16(p) : le16(p);
}

uint32_t ffs_load32(const struct ffs *ffs, const uint8_t *p)
{
    return ffs->big_endian ? be32(p) : le32(p);
}

uint64_t ffs_load64(const struct ffs *ffs, const uint8_t *p)
{
    return ffs->big_endian ? be64(p) : le64(p);
}

uint64_t ffs_group_start(const struct ffs *ffs, uint64_t group)
{
    uint64_t moved = ffs->group_offset * (group & ~(uint64_t)ffs->group_mask);
    return group * ffs->fragments_per_group + moved;
}

int ffs_corrupt(const struct node *node, const char *what)
{
    return fail(node->volume->log, ERR_CORRUPT, "%s: FFS inode %lu: %s",
                volume_subject(node->volume), node->id.object, what);
}
