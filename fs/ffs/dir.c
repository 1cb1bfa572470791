/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories: records of a file of their own, of today's format or 4.2BSD's. */
#include "fs/ffs/disk.h"
#include "fs/ffs/ffs.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

static enum node_type type_of(uint8_t type)
{
    static const enum node_type types[] = {[4] = NODE_DIRECTORY, [8] = NODE_FILE, [10] = NODE_LINK};
    return type < sizeof types / sizeof types[0] ? types[type] : NODE_OTHER;
}

static int corrupt(const struct node *directory, uint64_t at)
{
    return fail(directory->volume->log, ERR_CORRUPT, "%s: FFS directory %lu is damaged at byte %lu",
                volume_subject(directory->volume), directory->id.object, at);
}

/*
 * No name has over 255 bytes, so that of 4.2BSD's two bytes of length one will do: as kernels have
 * it.
 */
static uint8_t name_length(const struct ffs *ffs, const uint8_t *header)
{
    bool first = ffs->old_directories && !ffs->big_endian;
    return header[first ? D_TYPE : D_NAME_LENGTH];
}

/* The record at `at`; its length goes to *record, and is at least one header. */
static int read_record(struct node *directory, uint64_t at, uint64_t *record,
                       struct dir_entry *entry)
{
    const struct ffs *ffs = ffs_of(directory);
    uint8_t header[D_NAME];
    if (!range_within(at, sizeof header, directory->size)) {
        return corrupt(directory, at);
    }
    int error = node_read(directory, at, header, sizeof header);
    if (error != 0) {
        return error;
    }
    uint8_t length = name_length(ffs, header);
    uint64_t left = min_u64(ffs->directory_block - at % ffs->directory_block, directory->size - at);
    *record = ffs_load16(ffs, header + D_RECORD);
    if (*record < D_NAME || *record % 4 != 0 || *record > left || length > *record - D_NAME) {
        return corrupt(directory, at);
    }
    entry->id = (struct node_id){.object = ffs_load32(ffs, header + D_INODE)};
    entry->type = ffs->old_directories ? NODE_OTHER : type_of(header[D_TYPE]);
    entry->name[length] = '\0';
    return node_read(directory, at + D_NAME, entry->name, length);
}

int ffs_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    while (*cursor < directory->size) {
        uint64_t record = 0;
        int error = read_record(directory, *cursor, &record, entry);
        if (error != 0) {
            return error;
        }
        *cursor += record;
        if (entry->id.object != 0 && entry->name[0] != '\0' && !name_is_dots(entry->name)) {
            return 1;
        }
    }
    return 0;
}
