/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Directories, read in order. A cursor is a place in them; where blocks were given back, they have
 * holes.
 */
#include "fs/xfs/dir.h"

#include <string.h>
#include <strings.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "lib/checked.h"

/* Moves a cursor that is at a block's start to its first entry, or past a hole. */
static int enter_block(struct node *directory, uint64_t *cursor)
{
    const struct xfs *xfs = xfs_of(directory);
    struct extent extent;
    int error = node_where(directory, *cursor, &extent);
    if (error != 0) {
        return error;
    }
    if (extent.kind == EXTENT_ZERO) {
        uint64_t hole = min_u64(extent.length, directory->size - *cursor);
        *cursor += align_up(hole, xfs->dir_block_size);
    } else {
        *cursor += xfs->has_checksums ? DIR_HEADER_SIZE_V5 : DIR_HEADER_SIZE;
    }
    return 0;
}

/*
 * Moves the cursor past what is there. Returns 1 when that is an entry, 0 when it is none, or an
 * error.
 */
static int pass(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    uint32_t size = xfs_of(directory)->dir_block_size;
    uint64_t length = 0;
    if (*cursor % size == 0) {
        return enter_block(directory, cursor);
    }
    int found = xfs_read_entry(directory, *cursor, entry, &length);
    if (found < 0) {
        return found;
    }
    *cursor = found == 0 ? align_up(*cursor, size) : *cursor + length;
    return found == 1 && entry->name[0] != '\0' && !name_is_dots(entry->name) ? 1 : 0;
}

int xfs_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    if (xfs_node_of(directory)->format == FORMAT_LOCAL) {
        return xfs_short_next(directory, cursor, entry);
    }
    while (*cursor < directory->size) {
        int found = pass(directory, cursor, entry);
        if (found != 0) {
            return found;
        }
    }
    return 0;
}

/* All names are compared: what an entry costs is less than a small directory's index. */
static int scan(struct node *directory, const char *name, struct dir_entry *entry)
{
    bool ignores_case = directory->volume->ignore_case;
    uint64_t cursor = 0;
    int found;
    while ((found = xfs_next(directory, &cursor, entry)) > 0) {
        if (strcmp(entry->name, name) == 0 ||
            (ignores_case && strcasecmp(entry->name, name) == 0)) {
            break;
        }
    }
    return found;
}

int xfs_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    bool has_index = xfs_node_of(directory)->format != FORMAT_LOCAL &&
                     directory->size > xfs_of(directory)->dir_block_size;
    return has_index && !directory->volume->ignore_case ? xfs_index_lookup(directory, name, entry)
                                                        : scan(directory, name, entry);
}
