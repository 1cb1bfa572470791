/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting: the superblock or a copy of it, then what else is to be known of the volume. */
#include <stdio.h>
#include <string.h>

#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "fs/ffs/find_super.h"
#include "fs/ffs/replay.h"
#include "fs/ffs/super.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* One's complement sum of an Apple label, as of an IP header. */
static bool is_apple_label(const uint8_t *label)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < APPLE_LABEL_SIZE; i += 2) {
        sum += be16(label + i);
    }
    sum = (sum >> 16) + (sum & 0xFFFF);
    sum = (sum >> 16) + (sum & 0xFFFF);
    return be32(label) == APPLE_MAGIC && sum == 0xFFFF;
}

/* Takes what Apple's label says, if there is one. */
static int read_apple_label(struct volume *volume, struct ffs *ffs)
{
    uint8_t label[APPLE_LABEL_SIZE];
    int error = volume_read(volume, APPLE_LABEL, label, sizeof label);
    if (error == 0 && is_apple_label(label)) {
        size_t length = min_u64(be16(label + APPLE_NAME_LENGTH), LABEL_SIZE - 1);
        ffs->directory_block = APPLE_DIRECTORY_BLOCK;
        memcpy(volume->label, label + APPLE_NAME, length); /* the rest is 0 */
    }
    return error;
}

static void describe(struct volume *volume, const struct ffs *ffs, const uint8_t *super,
                     const char *log)
{
    const uint8_t *id = super + FS_ID;
    (void)snprintf(volume->details, sizeof volume->details,
                   "FFSv%d, %s-endian, %u/%u-byte blocks, %s%s", ffs->is_v2 ? 2 : 1,
                   ffs->big_endian ? "big" : "little", ffs->block_size, ffs->fragment_size,
                   (super[FS_CLEAN] & 1) != 0 ? "clean" : "dirty", log);
    if (volume->label[0] == '\0' && ffs_is_updated(ffs, super)) {
        memcpy(volume->label, super + FS_VOLNAME, FS_VOLNAME_SIZE);
    }
    (void)snprintf(volume->uuid, sizeof volume->uuid, "%08x%08x", ffs_load32(ffs, id),
                   ffs_load32(ffs, id + 4));
}

static bool log_in_use(const struct ffs *ffs, const uint8_t *super)
{
    return (ffs_load32(ffs, super + FS_FLAGS) & FLAGS_LOG_IN_USE) != 0;
}

static int mount_with(struct volume *volume, const struct ffs *found, const uint8_t *super)
{
    struct ffs *ffs = arena_alloc(volume->arena, sizeof *ffs);
    if (ffs == NULL) {
        return fail(volume->log, ERR_NO_MEMORY, "%s: no memory to mount FFS", volume->source->name);
    }
    *ffs = *found;
    volume->private = ffs;
    volume->root.object = ROOT_INODE;
    volume->block_size = ffs->block_size;
    volume->clean = (super[FS_CLEAN] & 1) != 0 && !log_in_use(ffs, super);
    const char *log = ffs_replay(volume, ffs, super);
    int error = ffs->is_v2 ? 0 : read_apple_label(volume, ffs);
    describe(volume, ffs, super, log);
    return error;
}

int ffs_mount(struct volume *volume)
{
    struct ffs ffs = {0};
    uint8_t super[SUPER_SIZE];
    int error = ffs_find_primary(volume, &ffs, super);
    if (error != 0) {
        return error;
    }
    const char *wrong = ffs_wrong_super(volume, &ffs, super);
    if (wrong != NULL && ffs_find_copy(volume, &ffs, super) != 0) {
        return fail(volume->log, ERR_CORRUPT, "%s: FFS superblock: %s cannot be right",
                    volume->source->name, wrong);
    }
    return mount_with(volume, &ffs, super);
}

int ffs_mount_copy(struct volume *volume)
{
    struct ffs ffs = {0};
    uint8_t super[SUPER_SIZE];
    int error = ffs_find_copy(volume, &ffs, super);
    return error != 0 ? error : mount_with(volume, &ffs, super);
}
