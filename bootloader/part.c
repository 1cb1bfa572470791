/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/part.h"

#include "lib/error.h"
#include "lib/log.h"

static int submit(struct disk *disk, struct disk_request *request)
{
    const struct part *part = (const struct part *)disk;
    request->offset += part->offset;
    int error = part->whole->submit(part->whole, request);
    request->offset -= part->offset;
    return error;
}

static void give_up(struct disk *disk, int status)
{
    const struct part *part = (const struct part *)disk;
    part->whole->give_up(part->whole, status);
}

int part_open(struct part *part, struct disk *whole, uint64_t offset, struct log *log)
{
    if (offset % whole->sector_size != 0 || offset > whole->size) {
        return fail(log, ERR_INVALID, "--offset=%lu: no sector of %s begins there", offset,
                    whole->device);
    }
    part->disk = *whole;
    part->disk.size -= offset;
    part->disk.submit = submit;
    part->disk.give_up = give_up;
    part->whole = whole;
    part->offset = offset;
    return 0;
}
