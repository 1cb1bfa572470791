/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
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

/* ---- finding the superblock ------------------------------------------------------------------- */

static bool has_magic(struct ffs *ffs, const uint8_t *super)
{
    static const uint32_t magics[] = {MAGIC_V1, MAGIC_V2, MAGIC_V2_EA};
    for (unsigned i = 0; i < sizeof magics / sizeof magics[0]; i++) {
        ffs->is_v2 = magics[i] != MAGIC_V1;
        ffs->big_endian = be32(super + FS_MAGIC) == magics[i];
        if (ffs->big_endian || le32(super + FS_MAGIC) == magics[i]) {
            return true;
        }
    }
    return false;
}

/*
 * A superblock is the primary one where it says that it is. Old FFSv1 does not say: there, what is found at 64 KiB is
 * the first copy of one with 64 KiB blocks.
 */
static bool is_primary(const struct ffs *ffs, const uint8_t *super, uint64_t location)
{
    bool updated = ffs->is_v2 || (super[FS_OLD_FLAGS] & OLD_FLAGS_UPDATED) != 0;
    return updated ? ffs_load64(ffs, super + FS_SBLOCKLOC) == location : location == 8 * 1024;
}

/* Returns 0, ERR_UNKNOWN, or an error of reading. */
static int find_super(const struct volume *volume, struct ffs *ffs, uint8_t *super)
{
    static const uint32_t locations[] = {64 * 1024, 8 * 1024, 0, 256 * 1024};
    for (unsigned i = 0; i < sizeof locations / sizeof locations[0]; i++) {
        if (!range_within(locations[i], SUPER_SIZE, volume->source->size)) {
            continue;
        }
        int error = volume_read(volume, locations[i], super, SUPER_SIZE);
        if (error != 0) {
            return error;
        }
        if (has_magic(ffs, super) && is_primary(ffs, super, locations[i])) {
            return 0;
        }
    }
    return ERR_UNKNOWN;
}

/* ---- what it says ----------------------------------------------------------------------------- */

static void read_fields(struct ffs *ffs, const uint8_t *super)
{
    bool updated = ffs->is_v2 || (super[FS_OLD_FLAGS] & OLD_FLAGS_UPDATED) != 0;
    ffs->block_size = ffs_load32(ffs, super + FS_BSIZE);
    ffs->fragment_size = ffs_load32(ffs, super + FS_FSIZE);
    ffs->fragments_per_block = ffs_load32(ffs, super + FS_FRAG);
    ffs->inodes_per_group = ffs_load32(ffs, super + FS_IPG);
    ffs->fragments_per_group = ffs_load32(ffs, super + FS_FPG);
    ffs->group_count = ffs_load32(ffs, super + FS_NCG);
    ffs->inode_table = ffs_load32(ffs, super + FS_IBLKNO);
    ffs->size = updated ? ffs_load64(ffs, super + FS_SIZE) : ffs_load32(ffs, super + FS_OLD_SIZE);
    if (!ffs->is_v2) {
        ffs->group_offset = ffs_load32(ffs, super + FS_OLD_CGOFFSET);
        ffs->group_mask = ffs_load32(ffs, super + FS_OLD_CGMASK);
    }
    int32_t limit = (int32_t)ffs_load32(ffs, super + FS_MAXSYMLINKLEN);
    ffs->short_link_limit = limit > 0 ? (uint32_t)limit : 0;
    ffs->old_directories = limit <= 0;
    ffs->inodes_per_block = ffs->block_size / (ffs->is_v2 ? INODE_SIZE_V2 : INODE_SIZE_V1);
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const struct ffs *ffs, uint64_t bytes)
{
    if (!is_power_of_two(ffs->block_size) || ffs->block_size < 4096 || ffs->block_size > 65536) {
        return "block size (fs_bsize)";
    }
    if (!is_power_of_two(ffs->fragment_size) || ffs->fragment_size < 512 || ffs->fragment_size > ffs->block_size) {
        return "fragment size (fs_fsize)";
    }
    if (ffs->fragments_per_block != ffs->block_size / ffs->fragment_size || ffs->fragments_per_block > 8) {
        return "fragments per block (fs_frag)";
    }
    if (ffs->size == 0 || ffs->size > bytes / ffs->fragment_size) {
        return "size (fs_size): the partition is smaller than the file system,";
    }
    if (ffs->inodes_per_group == 0 || ffs->fragments_per_group == 0 || ffs->group_count == 0) {
        return "group geometry (fs_ipg, fs_fpg, fs_ncg)";
    }
    if (ffs->short_link_limit > POINTERS * 8) {
        return "short link length (fs_maxsymlinklen)";
    }
    return NULL;
}

static void describe(struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    const uint8_t *id = super + FS_ID;
    (void)snprintf(volume->details, sizeof volume->details, "FFSv%d, %s-endian, %u/%u-byte blocks, %s",
                   ffs->is_v2 ? 2 : 1, ffs->big_endian ? "big" : "little", ffs->block_size, ffs->fragment_size,
                   (super[FS_CLEAN] & 1) != 0 ? "clean" : "dirty");
    memcpy(volume->label, super + FS_VOLNAME, FS_VOLNAME_SIZE);
    (void)snprintf(volume->uuid, sizeof volume->uuid, "%08x%08x", ffs_load32(ffs, id), ffs_load32(ffs, id + 4));
}

static void warn_of_log(const struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    bool in_use = (ffs_load32(ffs, super + FS_FLAGS) & FLAGS_LOG_IN_USE) != 0;
    if (in_use && super[FS_JOURNAL_LOCATION] != 0) {
        log_line(volume->log, "%s: FFS was not unmounted: files written last may be read as they were before",
                 volume->source->name);
    }
}

int ffs_mount(struct volume *volume)
{
    uint8_t super[SUPER_SIZE];
    struct ffs *ffs = arena_alloc(volume->arena, sizeof *ffs);
    if (ffs == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = find_super(volume, ffs, super);
    if (error != 0) {
        return error;
    }
    read_fields(ffs, super);
    const char *wrong = wrong_field(ffs, volume->source->size);
    if (wrong != NULL) {
        return fail(volume->log, ERR_CORRUPT, "%s: FFS superblock: %s cannot be right", volume->source->name, wrong);
    }
    volume->private = ffs;
    volume->root = ROOT_INODE;
    volume->block_size = ffs->block_size;
    describe(volume, ffs, super);
    warn_of_log(volume, ffs, super);
    return 0;
}
