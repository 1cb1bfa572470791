/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories inside of their inodes. A cursor is a place in the fork. */
#include <string.h>

#include "fs/xfs/dir.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"

static size_t number_size(const uint8_t *fork)
{
    return fork[SF_COUNT_8] != 0 ? 8 : 4;
}

static uint64_t number_of(const uint8_t *fork, const uint8_t *number)
{
    return number_size(fork) == 8 ? be64(number) : be32(number);
}

/* The entry at byte `at` of the fork. Returns its length; 0: it is wrong. */
static size_t take_entry(const struct node *directory, const uint8_t *fork, size_t at,
                         struct dir_entry *entry)
{
    const uint8_t *bytes = fork + at;
    size_t type_size = xfs_of(directory)->has_types ? 1 : 0;
    size_t length = SFE_NAME + bytes[0] + type_size + number_size(fork);
    if (bytes[0] == 0 || length > directory->size - at) {
        return 0;
    }
    const uint8_t *type = bytes + SFE_NAME + bytes[0];
    entry->id = (struct node_id){.object = number_of(fork, type + type_size)};
    entry->type = xfs_entry_type(type_size != 0 ? *type : 0);
    memcpy(entry->name, bytes + SFE_NAME, bytes[0]);
    entry->name[bytes[0]] = '\0';
    return length;
}

int xfs_short_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    const uint8_t *fork;
    int error = xfs_fork(directory, &fork);
    if (error != 0) {
        return error;
    }
    if (*cursor == 0) {
        *cursor = directory->size > SF_HEADER_SIZE ? SF_HEADER_SIZE + number_size(fork) : 0;
    }
    if (*cursor == 0 || *cursor > directory->size) {
        return xfs_wrong_directory(directory, 0);
    }
    if (*cursor == directory->size) {
        return 0;
    }
    size_t length = take_entry(directory, fork, *cursor, entry);
    if (length == 0) {
        return xfs_wrong_directory(directory, *cursor);
    }
    *cursor += length;
    return 1;
}
