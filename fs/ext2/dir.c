/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories, read in order; an htree's index looks like an empty entry, and its leaves like any
 * block. A block that is damaged is an error, not a place without names.
 */
#include <string.h>

#include "fs/ext2/blocks.h"
#include "fs/ext2/changes.h"
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/fold.h"
#include "lib/log.h"

enum {
    NAME_LIMIT = 255,
    /* An inline directory begins with the inode of "..", not with entries. */
    INLINE_PARENT_SIZE = 4,
};

static enum node_type type_of(uint8_t type)
{
    static const enum node_type types[] = {[1] = NODE_FILE, [2] = NODE_DIRECTORY, [7] = NODE_LINK};
    return type < sizeof types / sizeof types[0] ? types[type] : NODE_OTHER;
}

static bool has_flag(const struct node *directory, uint32_t flag)
{
    return (ext2_node_of(directory)->flags & flag) != 0;
}

static int corrupt(const struct node *directory, uint64_t at)
{
    return fail(directory->volume->log, ERR_CORRUPT,
                "%s: ext2 directory %lu is damaged at byte %lu", volume_subject(directory->volume),
                directory->id.object, at);
}

/* ---- blocks --------------------------------------------------------------------------------- */

/* The 16 bits of a record's length are one too few for a block of 64 KiB. */
static uint32_t record_length(const struct ext2 *ext2, const uint8_t *entry)
{
    uint32_t length = le16(entry + DE_RECORD);
    return ext2->block_size == 65536 && (length == 65535 || length == 0) ? 65536 : length;
}

/* Where the entries of an htree's index begin in a block; 0: it is none. */
static size_t index_entries(const struct ext2 *ext2, const uint8_t *block)
{
    if (record_length(ext2, block) == ext2->block_size) {
        return le32(block + DE_INODE) == 0 ? DX_NODE_ENTRIES : 0;
    }
    bool is_root = record_length(ext2, block) == DX_ROOT_PARENT &&
                   record_length(ext2, block + DX_ROOT_PARENT) == ext2->block_size - DX_ROOT_PARENT;
    return is_root ? DX_ROOT_ENTRIES : 0;
}

static int check_block(const struct node *directory, uint64_t block, const uint8_t *bytes)
{
    const struct ext2 *ext2 = ext2_of(directory);
    uint32_t seed = ext2_node_of(directory)->seed;
    size_t index = has_flag(directory, FLAG_INDEX) ? index_entries(ext2, bytes) : 0;
    bool whole = index != 0 ? ext2_index_is_whole(ext2, seed, bytes, index)
                            : ext2_entries_are_whole(ext2, seed, bytes);
    return whole ? 0
                 : ext2_wrong_block(directory, block,
                                    "the checksum of this part of the directory is wrong");
}

/* The directory's bytes from `at` to the end of their block. */
static int read_block(struct node *directory, uint64_t at, const uint8_t **bytes, uint64_t *left)
{
    uint32_t size = ext2_of(directory)->block_size;
    struct extent extent;
    int error = ext2_map(directory, align_down(at, size), &extent);
    if (error != 0) {
        return error;
    }
    if (extent.kind != EXTENT_BELOW) {
        return corrupt(directory, at); /* it has a hole */
    }
    error = ext2_block(directory, extent.offset / size, check_block, bytes);
    if (error != 0) {
        return error;
    }
    *bytes += at % size;
    *left = size - at % size;
    return 0;
}

/* The same of one inside of its inode, into `room`. */
static int read_inline(struct node *directory, uint64_t at, uint8_t *room, const uint8_t **bytes,
                       uint64_t *left)
{
    *bytes = room;
    *left = directory->size - at;
    return node_read(directory, at, room, min_u64(*left, DE_NAME + NAME_LIMIT));
}

/* ---- entries -------------------------------------------------------------------------------- */

/* The record at `at`; its length goes to *record, and is at least one header. */
static int read_record(struct node *directory, uint64_t at, uint64_t *record,
                       struct dir_entry *entry)
{
    const struct ext2 *ext2 = ext2_of(directory);
    uint8_t room[DE_NAME + NAME_LIMIT];
    const uint8_t *bytes;
    uint64_t left = 0;
    int error = has_flag(directory, FLAG_INLINE_DATA)
                    ? read_inline(directory, at, room, &bytes, &left)
                    : read_block(directory, at, &bytes, &left);
    if (error != 0) {
        return error;
    }
    *record = left < DE_NAME ? 0 : record_length(ext2, bytes);
    size_t length = left < DE_NAME ? 0 : bytes[DE_NAME_LENGTH];
    if (*record < DE_NAME || *record % 4 != 0 || *record > left || length + DE_NAME > *record) {
        return corrupt(directory, at);
    }
    bool has_type = (ext2->incompatible & INCOMPAT_FILETYPE) != 0;
    entry->id = (struct node_id){.object = le32(bytes + DE_INODE)};
    entry->type = has_type ? type_of(bytes[DE_TYPE]) : NODE_OTHER;
    memcpy(entry->name, bytes + DE_NAME, length);
    entry->name[length] = '\0';
    return 0;
}

static bool was_changed(const struct node *directory, const struct dir_entry *entry)
{
    const struct ext2_changes *changes = ext2_of(directory)->changes;
    return changes != NULL &&
           ext2_changes_has_name(changes, (uint32_t)directory->id.object, entry->name,
                                 has_flag(directory, FLAG_CASEFOLD));
}

/* Has none of its blocks been written yet? */
static bool was_made(const struct node *directory)
{
    const struct ext2_changes *changes = ext2_of(directory)->changes;
    return changes != NULL && ext2_changes_has_directory(changes, (uint32_t)directory->id.object);
}

/* The next of the names that the directory has on the disk. */
static int next_written(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    if (*cursor == 0 && has_flag(directory, FLAG_INLINE_DATA)) {
        *cursor = min_u64(INLINE_PARENT_SIZE, directory->size);
    }
    while (*cursor < directory->size) {
        uint64_t record = 0;
        int error = read_record(directory, *cursor, &record, entry);
        if (error != 0) {
            return error;
        }
        *cursor += record;
        if (entry->id.object != 0 && entry->name[0] != '\0' && !name_is_dots(entry->name) &&
            !was_changed(directory, entry)) {
            return 1;
        }
    }
    return 0;
}

/* Past the last byte the cursor counts the names that fast commits have changed. */
int ext2_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    const struct ext2_changes *changes = ext2_of(directory)->changes;
    if (*cursor == 0 && was_made(directory)) {
        *cursor = directory->size;
    }
    int found = next_written(directory, cursor, entry);
    if (found != 0 || changes == NULL) {
        return found;
    }
    uint64_t number = *cursor - directory->size;
    found = ext2_changes_next_name(changes, (uint32_t)directory->id.object,
                                   has_flag(directory, FLAG_CASEFOLD), &number, entry);
    *cursor = directory->size + number;
    return found;
}

int ext2_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    bool ignores_case = has_flag(directory, FLAG_CASEFOLD);
    uint64_t cursor = 0;
    int found;
    while ((found = ext2_next(directory, &cursor, entry)) > 0) {
        if (strcmp(entry->name, name) == 0 || (ignores_case && fold_same(entry->name, name))) {
            break;
        }
    }
    return found;
}
