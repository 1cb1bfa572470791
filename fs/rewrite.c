/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changing a file's bytes in place: whole sectors are read, changed, written back and flushed, one
 * at a time. Slow, and meant for a few bytes: the number of the entry to boot next time.
 */
#include <string.h>

#include "fs/fs.h"
#include "fs/transfer.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

/* Between the disk and its bounce page. */
static int move_sector(struct disk *disk, uint64_t offset, enum disk_operation operation)
{
    struct disk_request request = {.operation = operation,
                                   .offset = offset,
                                   .length = disk->sector_size,
                                   .buffer = disk->bounce};
    return transfer_request(disk, &request);
}

/* So that it is there after a power cut, too. */
static int flush(struct disk *disk)
{
    struct disk_request request = {.operation = DISK_FLUSH};
    return disk->flushes ? transfer_request(disk, &request) : 0;
}

/* Changes the bytes of one sector: `length` of them, `skip` after its beginning. */
static int rewrite_sector(struct disk *disk, uint64_t offset, size_t skip, const uint8_t *bytes,
                          size_t length)
{
    uint8_t *sector = disk->bounce;
    int error = move_sector(disk, offset, DISK_READ);
    if (error != 0 || memcmp(sector + skip, bytes, length) == 0) {
        return error; /* what is there already is not written again */
    }
    memcpy(sector + skip, bytes, length);
    error = move_sector(disk, offset, DISK_WRITE);
    return error != 0 ? error : flush(disk);
}

static int check_writable(const struct file *file, const struct extent *extent)
{
    const struct source *source = &file->source;
    if (extent->kind != EXTENT_DISK) {
        return fail(source->log, ERR_UNSUPPORTED, "%s: not written: it has no sectors of its own",
                    source->name);
    }
    if (extent->disk->read_only) {
        return fail(source->log, ERR_DENIED, "%s: not written: the disk is read-only",
                    source->name);
    }
    return 0;
}

/* As much as lies in one sector; *count says how much that was. */
static int rewrite_some(const struct file *file, uint64_t offset, const uint8_t *bytes,
                        size_t length, size_t *count)
{
    struct extent extent;
    int error = source_resolve(&file->source, offset, &extent);
    if (error != 0) {
        return error;
    }
    error = check_writable(file, &extent);
    if (error != 0) {
        return error;
    }
    struct disk *disk = extent.disk;
    size_t skip = extent.offset % disk->sector_size;
    *count = min_u64(min_u64(length, extent.length), disk->sector_size - skip);
    error = rewrite_sector(disk, extent.offset - skip, skip, bytes, *count);
    return error == 0 ? 0
                      : fail(file->source.log, error, "%s: cannot be written to %s (%s): %s",
                             file->source.name, disk->name, disk->device, error_text(error));
}

int file_rewrite(const struct file *file, uint64_t offset, const void *bytes, size_t length)
{
    const struct source *source = &file->source;
    const struct volume *volume = file->node->volume;
    if (volume->protection != NULL) {
        return fail(source->log, ERR_DENIED, "%s: not written: %s", source->name,
                    volume->protection);
    }
    if (!volume->clean) {
        return fail(source->log, ERR_DENIED, "%s: not written: its file system is not clean",
                    source->name);
    }
    if (file->node->shares_blocks) {
        return fail(source->log, ERR_DENIED, "%s: not written: other files can share its blocks",
                    source->name);
    }
    if (!range_within(offset, length, source->size)) {
        return fail(source->log, ERR_RANGE, "%s: not written: it is too short, and does not grow",
                    source->name);
    }
    for (size_t done = 0, count; done < length; done += count) {
        int error =
            rewrite_some(file, offset + done, (const uint8_t *)bytes + done, length - done, &count);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
