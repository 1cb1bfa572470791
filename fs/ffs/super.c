/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ffs/super.h"

#include <stddef.h>

#include "fs/ffs/check_hash.h"
#include "fs/ffs/disk.h"
#include "lib/bytes.h"
#include "lib/checked.h"

bool ffs_has_magic(struct ffs *ffs, const uint8_t *super)
{
    static const uint32_t magics[] = {MAGIC_V1, MAGIC_V2, MAGIC_V2_EA};
    for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        ffs->is_v2 = magics[i] != MAGIC_V1;
        ffs->big_endian = be32(super + FS_MAGIC) == magics[i];
        if (ffs->big_endian || le32(super + FS_MAGIC) == magics[i]) {
            return true;
        }
    }
    return false;
}

bool ffs_is_updated(const struct ffs *ffs, const uint8_t *super)
{
    return ffs->is_v2 || (super[FS_OLD_FLAGS] & OLD_FLAGS_UPDATED) != 0;
}

/*
 * A superblock is the primary one where it says that it is. Old FFSv1 does not say: there, what is
 * found at 64 KiB is the first copy of one with 64 KiB blocks.
 */
bool ffs_is_primary(const struct ffs *ffs, const uint8_t *super, uint64_t location)
{
    if (ffs_is_updated(ffs, super)) {
        return ffs_load64(ffs, super + FS_SBLOCKLOC) == location;
    }
    return location != SUPER_PLACE_V2;
}

void ffs_read_fields(struct ffs *ffs, const uint8_t *super)
{
    ffs->block_size = ffs_load32(ffs, super + FS_BSIZE);
    ffs->fragment_size = ffs_load32(ffs, super + FS_FSIZE);
    ffs->fragments_per_block = ffs_load32(ffs, super + FS_FRAG);
    ffs->inodes_per_block = ffs->block_size / (ffs->is_v2 ? INODE_SIZE_V2 : INODE_SIZE_V1);
    ffs->inodes_per_group = ffs_load32(ffs, super + FS_IPG);
    ffs->fragments_per_group = ffs_load32(ffs, super + FS_FPG);
    ffs->group_count = ffs_load32(ffs, super + FS_NCG);
    ffs->super_copy = ffs_load32(ffs, super + FS_SBLKNO);
    ffs->inode_table = ffs_load32(ffs, super + FS_IBLKNO);
    ffs->data = ffs_load32(ffs, super + FS_DBLKNO);
    ffs->group_offset = ffs->is_v2 ? 0 : ffs_load32(ffs, super + FS_OLD_CGOFFSET);
    ffs->group_mask = ffs->is_v2 ? 0 : ffs_load32(ffs, super + FS_OLD_CGMASK);
    ffs->size = ffs_is_updated(ffs, super) ? ffs_load64(ffs, super + FS_SIZE)
                                           : ffs_load32(ffs, super + FS_OLD_SIZE);
    int32_t limit = (int32_t)ffs_load32(ffs, super + FS_MAXSYMLINKLEN);
    ffs->short_link_limit = limit > 0 ? (uint32_t)limit : 0;
    ffs->old_directories = limit <= 0 && !ffs->is_v2;
    ffs->directory_block = DIRECTORY_BLOCK;
    ffs->has_inode_hashes = ffs_has_inode_hashes(ffs, super);
}

static const char *wrong_block_size(const struct ffs *ffs)
{
    if (!is_power_of_two(ffs->block_size) || ffs->block_size < 4096 || ffs->block_size > 65536) {
        return "block size (fs_bsize)";
    }
    if (!is_power_of_two(ffs->fragment_size) || ffs->fragment_size < 512 ||
        ffs->fragment_size > ffs->block_size) {
        return "fragment size (fs_fsize)";
    }
    if (ffs->fragments_per_block != ffs->block_size / ffs->fragment_size ||
        ffs->fragments_per_block > 8) {
        return "number of fragments in a block (fs_frag)";
    }
    return NULL;
}

static const char *wrong_groups(const struct ffs *ffs)
{
    if (ffs->inodes_per_group == 0 || ffs->fragments_per_group == 0) {
        return "size of a cylinder group (fs_ipg, fs_fpg)";
    }
    if (ffs->group_count == 0 ||
        (ffs->group_count - UINT64_C(1)) * ffs->fragments_per_group >= ffs->size) {
        return "number of cylinder groups (fs_ncg)";
    }
    uint64_t inodes = ffs->inodes_per_group; /* in whole blocks */
    uint64_t blocks = (inodes + ffs->inodes_per_block - 1) / ffs->inodes_per_block;
    if (ffs->inode_table + blocks * ffs->fragments_per_block > ffs->fragments_per_group) {
        return "place of the inodes in a cylinder group (fs_iblkno)";
    }
    if (ffs->super_copy >= ffs->inode_table) {
        return "place of the superblock's copies (fs_sblkno)";
    }
    if (ffs->data < ffs->inode_table + blocks * ffs->fragments_per_block ||
        ffs->data > ffs->fragments_per_group) {
        return "place of the data in a cylinder group (fs_dblkno)";
    }
    return NULL;
}

const char *ffs_wrong_field(const struct ffs *ffs, uint64_t bytes)
{
    const char *wrong = wrong_block_size(ffs);
    if (wrong != NULL) {
        return wrong;
    }
    if (ffs->size == 0 || ffs->size > bytes / ffs->fragment_size) {
        return "size (fs_size), more than the partition's,";
    }
    if (ffs->short_link_limit > POINTERS_SIZE_V2) {
        return "length of short links (fs_maxsymlinklen)";
    }
    return wrong_groups(ffs);
}
