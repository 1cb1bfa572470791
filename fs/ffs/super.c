/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting: the superblock is looked for in four places, checked field by field, and where it is
 * damaged, the copy in the first cylinder group stands in for it.
 */
#include <stdio.h>
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

#define ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

/* ---- what a superblock says -------------------------------------------------------------------
 */

static bool has_magic(struct ffs *ffs, const uint8_t *super)
{
    static const uint32_t magics[] = {MAGIC_V1, MAGIC_V2, MAGIC_V2_EA};
    for (size_t i = 0; i < ELEMENTS(magics); i++) {
        ffs->is_v2 = magics[i] != MAGIC_V1;
        ffs->big_endian = be32(super + FS_MAGIC) == magics[i];
        if (ffs->big_endian || le32(super + FS_MAGIC) == magics[i]) {
            return true;
        }
    }
    return false;
}

/* Old FFSv1 has no 64-bit fields and does not say where it lies. */
static bool is_updated(const struct ffs *ffs, const uint8_t *super)
{
    return ffs->is_v2 || (super[FS_OLD_FLAGS] & OLD_FLAGS_UPDATED) != 0;
}

/*
 * A superblock is the primary one where it says that it is. Old FFSv1 does not say: there, what is
 * found at 64 KiB is the first copy of one with 64 KiB blocks.
 */
static bool is_primary(const struct ffs *ffs, const uint8_t *super, uint64_t location)
{
    if (is_updated(ffs, super)) {
        return ffs_load64(ffs, super + FS_SBLOCKLOC) == location;
    }
    return location != SUPER_PLACE_V2;
}

static void read_fields(struct ffs *ffs, const uint8_t *super)
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
    ffs->group_offset = ffs->is_v2 ? 0 : ffs_load32(ffs, super + FS_OLD_CGOFFSET);
    ffs->group_mask = ffs->is_v2 ? 0 : ffs_load32(ffs, super + FS_OLD_CGMASK);
    ffs->size = is_updated(ffs, super) ? ffs_load64(ffs, super + FS_SIZE)
                                       : ffs_load32(ffs, super + FS_OLD_SIZE);
    int32_t limit = (int32_t)ffs_load32(ffs, super + FS_MAXSYMLINKLEN);
    ffs->short_link_limit = limit > 0 ? (uint32_t)limit : 0;
    ffs->old_directories = limit <= 0;
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
    return NULL;
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const struct ffs *ffs, uint64_t bytes)
{
    const char *wrong = wrong_block_size(ffs);
    if (wrong != NULL) {
        return wrong;
    }
    if (ffs->size == 0 || ffs->size > bytes / ffs->fragment_size) {
        return "size (fs_size), more than the partition's,";
    }
    if (ffs->short_link_limit > POINTERS * 8) {
        return "length of short links (fs_maxsymlinklen)";
    }
    return wrong_groups(ffs);
}

/* ---- finding one ------------------------------------------------------------------------------
 */

/* Reads what may be a superblock. Returns 1 when it has the magic number, 0 when not, or an error.
 */
static int read_super(const struct volume *volume, uint64_t location, struct ffs *ffs,
                      uint8_t *super)
{
    if (!range_within(location, SUPER_SIZE, volume->source->size)) {
        return 0;
    }
    int error = volume_read(volume, location, super, SUPER_SIZE);
    return error != 0 ? error : has_magic(ffs, super);
}

/* Returns 0, ERR_UNKNOWN, or an error of reading. */
static int find_primary(const struct volume *volume, struct ffs *ffs, uint8_t *super)
{
    static const uint32_t places[] = {SUPER_PLACE_V2, SUPER_PLACE_V1, SUPER_PLACE_FLOPPY,
                                      SUPER_PLACE_PIGGY};
    for (size_t i = 0; i < ELEMENTS(places); i++) {
        int found = read_super(volume, places[i], ffs, super);
        if (found < 0) {
            return found;
        }
        if (found > 0 && is_primary(ffs, super, places[i])) {
            read_fields(ffs, super);
            return 0;
        }
    }
    return ERR_UNKNOWN;
}

/* The same for the copy in the first cylinder group: on the first block behind the primary one. */
static int find_copy(const struct volume *volume, struct ffs *ffs, uint8_t *super)
{
    static const uint32_t places[] = {16384, 32768, 65536, 73728, 81920, 98304, 131072};
    for (size_t i = 0; i < ELEMENTS(places); i++) {
        int found = read_super(volume, places[i], ffs, super);
        if (found < 0) {
            return found;
        }
        read_fields(ffs, super);
        if (found > 0 && wrong_field(ffs, volume->source->size) == NULL &&
            (uint64_t)ffs->super_copy * ffs->fragment_size == places[i]) {
            log_line(volume->log,
                     "%s: FFS superblock is damaged: its copy at byte %u is used instead",
                     volume->source->name, places[i]);
            return 0;
        }
    }
    return ERR_UNKNOWN;
}

/* ---- mounting ---------------------------------------------------------------------------------
 */

static void describe(struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    const uint8_t *id = super + FS_ID;
    (void)snprintf(volume->details, sizeof volume->details,
                   "FFSv%d, %s-endian, %u/%u-byte blocks, %s%s", ffs->is_v2 ? 2 : 1,
                   ffs->big_endian ? "big" : "little", ffs->block_size, ffs->fragment_size,
                   (super[FS_CLEAN] & 1) != 0 ? "clean" : "dirty",
                   super[FS_JOURNAL_LOCATION] != 0 ? ", with a log" : "");
    memcpy(volume->label, super + FS_VOLNAME, FS_VOLNAME_SIZE);
    (void)snprintf(volume->uuid, sizeof volume->uuid, "%08x%08x", ffs_load32(ffs, id),
                   ffs_load32(ffs, id + 4));
}

static void warn_of_log(const struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    bool in_use = (ffs_load32(ffs, super + FS_FLAGS) & FLAGS_LOG_IN_USE) != 0;
    if (in_use && super[FS_JOURNAL_LOCATION] != 0) {
        log_line(volume->log,
                 "%s: FFS was not unmounted: files written last may be read as they were before",
                 volume->source->name);
    }
}

static int mount_with(struct volume *volume, const struct ffs *found, const uint8_t *super)
{
    struct ffs *ffs = arena_alloc(volume->arena, sizeof *ffs);
    if (ffs == NULL) {
        return fail(volume->log, ERR_NO_MEMORY, "%s: no memory to mount FFS", volume->source->name);
    }
    *ffs = *found;
    volume->private = ffs;
    volume->root = ROOT_INODE;
    volume->block_size = ffs->block_size;
    describe(volume, ffs, super);
    warn_of_log(volume, ffs, super);
    return 0;
}

int ffs_mount(struct volume *volume)
{
    struct ffs ffs = {0};
    uint8_t super[SUPER_SIZE];
    int error = find_primary(volume, &ffs, super);
    if (error != 0) {
        return error;
    }
    const char *wrong = wrong_field(&ffs, volume->source->size);
    if (wrong != NULL && find_copy(volume, &ffs, super) != 0) {
        return fail(volume->log, ERR_CORRUPT, "%s: FFS superblock: %s cannot be right",
                    volume->source->name, wrong);
    }
    return mount_with(volume, &ffs, super);
}

int ffs_mount_copy(struct volume *volume)
{
    struct ffs ffs = {0};
    uint8_t super[SUPER_SIZE];
    int error = find_copy(volume, &ffs, super);
    return error != 0 ? error : mount_with(volume, &ffs, super);
}
