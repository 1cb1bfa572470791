/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mounting: the superblock is looked for in four places; where it is damaged, the copy in the first
 * cylinder group stands in for it.
 */
#include <stdio.h>
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "fs/ffs/super.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

#define ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

/* ---- finding one ---------------------------------------------------------------------------- */

/*
 * Reads what may be a superblock. Returns 1 when it has the magic number, 0 when not, or an error.
 */
static int read_super(const struct volume *volume, uint64_t location, struct ffs *ffs,
                      uint8_t *super)
{
    if (!range_within(location, SUPER_SIZE, volume->source->size)) {
        return 0;
    }
    int error = volume_read(volume, location, super, SUPER_SIZE);
    return error != 0 ? error : ffs_has_magic(ffs, super);
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
        if (found > 0 && ffs_is_primary(ffs, super, places[i])) {
            ffs_read_fields(ffs, super);
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
        ffs_read_fields(ffs, super);
        if (found > 0 && ffs_wrong_field(ffs, volume->source->size) == NULL &&
            (uint64_t)ffs->super_copy * ffs->fragment_size == places[i]) {
            log_line(volume->log,
                     "%s: FFS superblock is damaged: its copy at byte %u is used instead",
                     volume->source->name, places[i]);
            return 0;
        }
    }
    return ERR_UNKNOWN;
}

/* ---- mounting ------------------------------------------------------------------------------- */

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

static bool log_in_use(const struct ffs *ffs, const uint8_t *super)
{
    return (ffs_load32(ffs, super + FS_FLAGS) & FLAGS_LOG_IN_USE) != 0;
}

static void warn_of_log(const struct volume *volume, const struct ffs *ffs, const uint8_t *super)
{
    if (log_in_use(ffs, super) && super[FS_JOURNAL_LOCATION] != 0) {
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
    volume->clean = (super[FS_CLEAN] & 1) != 0 && !log_in_use(ffs, super);
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
    const char *wrong = ffs_wrong_field(&ffs, volume->source->size);
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
