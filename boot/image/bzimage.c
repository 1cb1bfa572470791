/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/bzimage.h"

#include "fs/source.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    HEADER_SIZE = 0x250,
    SETUP_SECTORS = 0x1F1,
    SIGNATURE = 0x1FE, /* 0xAA55 */
    MAGIC = 0x202,     /* "HdrS" */
    VERSION = 0x206,
    PAYLOAD_OFFSET = 0x248,
    PAYLOAD_LENGTH = 0x24C,
    FIRST_VERSION_WITH_PAYLOAD = 0x208,
    SECTOR = 512,
    OLD_SETUP_SECTORS = 4, /* where the field is 0 */
};

#define HDRS_MAGIC 0x53726448U

static bool is_bzimage(const uint8_t *header)
{
    return le16(header + SIGNATURE) == 0xAA55 && le32(header + MAGIC) == HDRS_MAGIC;
}

int bzimage_find_payload(const struct source *file, struct payload *payload)
{
    uint8_t header[HEADER_SIZE], size[4];
    if (file->size < HEADER_SIZE) {
        return 0;
    }
    int error = source_read(file, 0, header, sizeof header);
    if (error != 0 || !is_bzimage(header)) {
        return error;
    }
    if (le16(header + VERSION) < FIRST_VERSION_WITH_PAYLOAD) {
        return fail(file->log, ERR_UNSUPPORTED,
                    "%s: a Linux from before 2.6.24, whose bzImage cannot be unpacked", file->name);
    }
    uint64_t sectors = header[SETUP_SECTORS] != 0 ? header[SETUP_SECTORS] : OLD_SETUP_SECTORS;
    payload->offset = (sectors + 1) * SECTOR + le32(header + PAYLOAD_OFFSET);
    payload->length = le32(header + PAYLOAD_LENGTH);
    payload->is_bzimage = true;
    if (payload->length < sizeof size ||
        !range_within(payload->offset, payload->length, file->size)) {
        return fail(file->log, ERR_CORRUPT,
                    "%s: a truncated bzImage: its payload ends at byte %lu, the file at %lu",
                    file->name, payload->offset + payload->length, file->size);
    }
    error = source_read(file, payload->offset + payload->length - sizeof size, size, sizeof size);
    payload->size = le32(size);
    return error;
}
