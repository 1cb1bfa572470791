/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/blank.h"

#include <string.h>

#include "fs/partition/mbr.h"
#include "lib/bytes.h"
#include "pvops/disk.h"

enum { PART_SECTORS = 2048, SECTORS = (1 + MBR_PRIMARIES) * PART_SECTORS };

static void put_table(uint8_t *sector)
{
    for (unsigned i = 0; i < MBR_PRIMARIES; i++) {
        uint8_t *entry = sector + MBR_ENTRIES + (size_t)i * MBR_ENTRY_SIZE;
        entry[ENTRY_TYPE] = TYPE_LINUX;
        put_le32(entry + ENTRY_FIRST, (i + 1) * PART_SECTORS);
        put_le32(entry + ENTRY_COUNT, PART_SECTORS);
    }
    put_le16(sector + MBR_SIGNATURE, 0xAA55);
}

static int submit(struct disk *disk, struct disk_request *request)
{
    (void)disk;
    memset(request->buffer, 0, request->length);
    if (request->offset == 0 && request->length > 0) {
        put_table(request->buffer);
    }
    request->status = 0;
    request->done = true;
    return 0;
}

static void give_up(struct disk *disk, int status)
{
    (void)disk;
    (void)status;
}

struct disk *blank_disk(struct waiter *waiter)
{
    static _Alignas(SECTOR_SIZE) uint8_t bounce[SECTOR_SIZE];
    static struct disk disk = {.name = "hd0",
                               .device = "nothing",
                               .size = (uint64_t)SECTORS * SECTOR_SIZE,
                               .sector_size = SECTOR_SIZE,
                               .max_request = 1 << 20,
                               .read_only = true,
                               .queue_depth = 1,
                               .bounce = bounce,
                               .submit = submit,
                               .give_up = give_up};
    disk.waiter = waiter;
    return &disk;
}
