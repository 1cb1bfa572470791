/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ffs/find_super.h"

#include <stddef.h>

#include "fs/ffs/check_hash.h"
#include "fs/ffs/disk.h"
#include "fs/ffs/super.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

#define ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

enum { COPIES_TRIED = 32 /* groups whose copies are looked at */ };

static const uint32_t primary_places[] = {SUPER_PLACE_V2, SUPER_PLACE_V1, SUPER_PLACE_FLOPPY,
                                          SUPER_PLACE_PIGGY};

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
    ffs->super_place = location;
    return error != 0 ? error : ffs_has_magic(ffs, super);
}

const char *ffs_wrong_super(const struct volume *volume, const struct ffs *ffs,
                            const uint8_t *super)
{
    const char *wrong = ffs_wrong_field(ffs, volume->source->size);
    if (wrong != NULL) {
        return wrong;
    }
    return ffs_super_is_whole(volume, ffs, super) ? NULL : "check hash (fs_ckhash)";
}

int ffs_find_primary(const struct volume *volume, struct ffs *ffs, uint8_t *super)
{
    for (size_t i = 0; i < ELEMENTS(primary_places); i++) {
        int found = read_super(volume, primary_places[i], ffs, super);
        if (found < 0) {
            return found;
        }
        if (found > 0 && ffs_is_primary(ffs, super, primary_places[i])) {
            ffs_read_fields(ffs, super);
            return 0;
        }
    }
    return ERR_UNKNOWN;
}

/*
 * Is there the superblock's copy of group `group`? Returns 1, 0 or an error of reading. A copy that
 * would lie elsewhere by what it says itself belongs to something else.
 */
static int read_copy(const struct volume *volume, uint64_t place, uint32_t group, struct ffs *ffs,
                     uint8_t *super)
{
    int found = read_super(volume, place, ffs, super);
    if (found <= 0) {
        return found;
    }
    ffs_read_fields(ffs, super);
    return ffs_wrong_super(volume, ffs, super) == NULL &&
           (ffs_group_start(ffs, group) + ffs->super_copy) * ffs->fragment_size == place;
}

static int say_copy(const struct volume *volume, uint64_t place, uint32_t group)
{
    log_line(volume->log,
             "%s: FFS superblock is damaged: its copy at byte %lu (cylinder group %u) is used "
             "instead",
             volume->source->name, place, group);
    return 0;
}

/*
 * A damaged superblock can still say rightly where the copies are. Only these are looked at, for
 * the whole volume cannot be searched at each boot.
 */
static int find_later_copy(const struct volume *volume, uint64_t hint, struct ffs *ffs,
                           uint8_t *super)
{
    int found = read_super(volume, hint, ffs, super);
    if (found <= 0) {
        return found < 0 ? found : ERR_UNKNOWN;
    }
    ffs_read_fields(ffs, super);
    struct ffs damaged = *ffs;
    if (ffs_wrong_super(volume, ffs, super) == NULL) {
        return ERR_UNKNOWN; /* a good one in the wrong place is that of another file system */
    }
    for (uint32_t group = 1; group <= COPIES_TRIED; group++) {
        uint64_t fragments = ffs_group_start(&damaged, group) + damaged.super_copy;
        uint64_t place;
        if (!checked_mul(fragments, damaged.fragment_size, &place)) {
            break;
        }
        found = read_copy(volume, place, group, ffs, super);
        if (found != 0) {
            return found < 0 ? found : say_copy(volume, place, group);
        }
    }
    return ERR_UNKNOWN;
}

int ffs_find_copy(const struct volume *volume, struct ffs *ffs, uint8_t *super)
{
    static const uint32_t first[] = {16384, 32768, 65536, 73728, 81920, 98304, 131072};
    int error = ERR_UNKNOWN;
    for (size_t i = 0; i < ELEMENTS(first); i++) {
        int found = read_copy(volume, first[i], 0, ffs, super);
        if (found != 0) {
            return found < 0 ? found : say_copy(volume, first[i], 0);
        }
    }
    for (size_t i = 0; error == ERR_UNKNOWN && i < ELEMENTS(primary_places); i++) {
        error = find_later_copy(volume, primary_places[i], ffs, super);
    }
    for (size_t i = 0; error == ERR_UNKNOWN && i < ELEMENTS(first); i++) {
        error = find_later_copy(volume, first[i], ffs, super);
    }
    return error;
}
