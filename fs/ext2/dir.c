/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories, read in order; an htree's index looks like an empty entry, and its leaves like any
 * block.
 */
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    HEADER_SIZE = 8,
    INLINE_PARENT_SIZE =
        4, /* an inline directory begins with the inode of "..", not with entries */
};

static enum node_type type_of(uint8_t type)
{
    static const enum node_type types[] = {[1] = NODE_FILE, [2] = NODE_DIRECTORY, [7] = NODE_LINK};
    return type < sizeof types / sizeof types[0] ? types[type] : NODE_OTHER;
}

static int corrupt(const struct node *directory, uint64_t at)
{
    return fail(directory->volume->log, ERR_CORRUPT,
                "%s: ext2 directory %lu is damaged at byte %lu", directory->volume->source->name,
                directory->id.object, at);
}

/* The record at `at`; its length goes to *record, and is at least one header. */
static int read_record(struct node *directory, uint64_t at, uint64_t *record,
                       struct dir_entry *entry)
{
    const struct ext2 *ext2 = directory->volume->private;
    uint8_t header[HEADER_SIZE];
    if (at + HEADER_SIZE > directory->size) {
        return corrupt(directory, at);
    }
    int error = node_read(directory, at, header, sizeof header);
    if (error != 0) {
        return error;
    }
    uint64_t left = ext2->block_size - at % ext2->block_size; /* a record ends with its block */
    *record = le16(header + DE_RECORD);
    if (ext2->block_size == 65536 && (*record == 65535 || *record == 0)) {
        *record = 65536; /* 16 bits are one too few */
    }
    bool has_type = (ext2->incompatible & INCOMPAT_FILETYPE) != 0;
    size_t length = header[DE_NAME_LENGTH];
    if (*record < HEADER_SIZE || *record % 4 != 0 || *record > left ||
        length + HEADER_SIZE > *record) {
        return corrupt(directory, at);
    }
    entry->id = (struct node_id){.object = le32(header + DE_INODE)};
    entry->type = has_type ? type_of(header[DE_TYPE]) : NODE_OTHER;
    entry->name[length] = '\0';
    return node_read(directory, at + DE_NAME, entry->name, length);
}

int ext2_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    const struct ext2 *ext2 = directory->volume->private;
    if (*cursor == 0 && directory->size % ext2->block_size != 0) {
        *cursor = INLINE_PARENT_SIZE;
    }
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
