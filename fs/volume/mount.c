/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/mount.h"

#include "fs/btrfs/devices.h"
#include "fs/cache.h"
#include "fs/ext2/ext2.h"
#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "fs/ffs/super.h"
#include "fs/partition/partition.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* Has it the mark of an FFS, where newfs and makefs put it? What cannot be read (logged) has none. */
static bool has_ffs_mark(const struct source *source, struct cache *cache)
{
    static const uint32_t places[] = {SUPER_PLACE_V1, SUPER_PLACE_V2};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        uint8_t super[SUPER_SIZE];
        struct ffs ffs;
        if (range_within(places[i], sizeof super, source->size) &&
            cache_read(cache, source, places[i], super, sizeof super) == 0 &&
            ffs_has_magic(&ffs, super)) {
            return true;
        }
    }
    return false;
}

/* The file system that is not mounted, of ext and FFS, if it fits as well. */
static bool other_fits(struct volume *other, const struct volume *mounted)
{
    bool is_ext = mounted->type == &ext2_type;
    if (is_ext && !has_ffs_mark(mounted->source, mounted->cache)) {
        return false;
    }
    return volume_mount_as(other, is_ext ? &ffs_type : &ext2_type, mounted->source, mounted->cache,
                           mounted->arena, mounted->log) == 0;
}

/*
 * ext's superblock lies in FFS's boot area, and newfs leaves that alone. A type that says ext is
 * believed without a look: it is what nearly every Linux disk has.
 */
static void look_for_other(const struct volume *mounted, const struct partition *partition)
{
    struct volume other;
    bool is_ext = mounted->type == &ext2_type;
    if (is_ext && partition->content == CONTENT_EXT) {
        return;
    }
    if (other_fits(&other, mounted)) {
        log_line(mounted->log, "%s: two file systems fit, %s and %s: the first is read, %s",
                 mounted->source->name, mounted->details, other.details,
                 is_ext ? "for no type says otherwise" : "as the partition's type says");
    }
}

/* ext and FFS, in the order of the type. Returns 0, ERR_UNKNOWN, or the first one's error. */
static int mount_either(struct volume *volume, const struct partition *partition,
                        struct cache *cache, struct arena *arena, struct log *log)
{
    const struct source *source = &partition->slice.source;
    bool ffs_first = partition->content == CONTENT_FFS;
    int first =
        volume_mount_as(volume, ffs_first ? &ffs_type : &ext2_type, source, cache, arena, log);
    if (first == 0) {
        look_for_other(volume, partition);
    }
    if (first == 0 || first == ERR_NO_MEMORY) {
        return first;
    }
    int second =
        volume_mount_as(volume, ffs_first ? &ext2_type : &ffs_type, source, cache, arena, log);
    return second == 0 || first == ERR_UNKNOWN ? second : first;
}

/* Its file system is known to be one that can lie on several devices. */
static int mount_on_several(struct volume *volume, const struct partition *partition)
{
    if (partition->devices != NULL) {
        volume->type = &btrfs_type;
        return btrfs_mount_devices(volume, partition->devices);
    }
    volume->type = &ext2_type;
    return ext2_mount_with_journal(volume, partition->journal);
}

int partition_mount(struct volume *volume, const struct partition *partition, struct cache *cache,
                    struct arena *arena, struct log *log)
{
    if (partition->devices != NULL || partition->journal != NULL) {
        *volume = (struct volume){
            .source = &partition->slice.source, .cache = cache, .arena = arena, .log = log};
        return mount_on_several(volume, partition);
    }
    int error = mount_either(volume, partition, cache, arena, log);
    if (error != ERR_UNKNOWN) {
        return error;
    }
    return volume_mount(volume, &partition->slice.source, cache, arena, log);
}
