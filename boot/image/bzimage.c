/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/image/bzimage.h"

#include "fs/source.h"
#include "hypervisor/next_kernel.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    HEADER_SIZE = 0x250,
    SETUP_SECTORS = 0x1F1,
    SIGNATURE = 0x1FE,   /* 0xAA55 */
    MAGIC = 0x202,       /* "HdrS" */
    JUMP_LENGTH = 0x201, /* of an instruction at 0x200, to the end of the setup header */
    JUMP_END = 0x202,
    VERSION = 0x206,
    INITRD_LAST = 0x22C, /* the last byte's address */
    ALIGNMENT = 0x230,
    IS_RELOCATABLE = 0x234, /* 1 byte */
    FLAGS = 0x236,          /* 2 bytes */
    COMMAND_LINE_SIZE_LIMIT = 0x238,
    PAYLOAD_OFFSET = 0x248,
    PAYLOAD_LENGTH = 0x24C,
    PREFERRED_ADDRESS = 0x258, /* 8 bytes */
    INIT_SIZE = 0x260,
    SETUP_HEADER_LIMIT = 0x290, /* what follows it in memory is not of the file */
    FIRST_VERSION_WITH_PAYLOAD = 0x208,
    FLAG_ANY_INITRD = 1 << 1, /* which may lie anywhere */
    SECTOR = 512,
    OLD_SETUP_SECTORS = 4, /* where the field is 0 */
};

#define HDRS_MAGIC 0x53726448U
#define FOUR_GIB   UINT64_C(0x100000000)

static bool is_bzimage(const uint8_t *header)
{
    return le16(header + SIGNATURE) == 0xAA55 && le32(header + MAGIC) == HDRS_MAGIC;
}

static uint64_t setup_size(const uint8_t *header)
{
    uint64_t sectors = header[SETUP_SECTORS] != 0 ? header[SETUP_SECTORS] : OLD_SETUP_SECTORS;
    return (sectors + 1) * SECTOR;
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
    payload->offset = setup_size(header) + le32(header + PAYLOAD_OFFSET);
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

/* The payload is in the file, so all of the setup is. */
void bzimage_take_code(const struct source *file, const uint8_t *bytes, struct next_kernel *next)
{
    uint64_t setup = setup_size(bytes);
    uint64_t header_end = min_u64(JUMP_END + bytes[JUMP_LENGTH], SETUP_HEADER_LIMIT);
    bool any_initrd = (le16(bytes + FLAGS) & FLAG_ANY_INITRD) != 0;
    next->name = file->name;
    next->bzimage = (struct kernel_bzimage){
        .code = {.paddr = le64(bytes + PREFERRED_ADDRESS),
                 .memory_size = le32(bytes + INIT_SIZE),
                 .bytes = bytes + setup,
                 .file_size = file->size - setup},
        .can_move = bytes[IS_RELOCATABLE] != 0,
        .alignment = le32(bytes + ALIGNMENT),
        .version = le16(bytes + VERSION),
        .header = bytes + SETUP_SECTORS,
        .header_size = header_end - SETUP_SECTORS,
        .initrd_end = any_initrd ? FOUR_GIB : le32(bytes + INITRD_LAST) + UINT64_C(1),
        .command_line_size = le32(bytes + COMMAND_LINE_SIZE_LIMIT),
    };
}
