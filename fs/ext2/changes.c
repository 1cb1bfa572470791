/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges of all files lie together: block B of inode I counts as block I << 32 | B.
 *
 * Names are in an array, the oldest first, and each in a list of those with the same hash, the newest first. A directory
 * that was made has the name "", which nothing else has.
 */
#include "fs/ext2/changes.h"

#include <string.h>

#include "fs/fs.h"
#include "fs/ranges.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/fold.h"

#define INODE_LIMIT (UINT32_C(1) << 29)

enum { BUCKETS = 1024, FIRST_ROOM = 64 };

struct name {
    struct name *same_hash; /* older ones */
    uint32_t directory, inode;
    size_t length;
    char text[];
};

struct ext2_changes {
    struct arena *arena;
    struct ranges *ranges;
    struct name **names;
    size_t count, room; /* of names */
    struct name *buckets[BUCKETS];
};

struct ext2_changes *ext2_changes_create(struct arena *arena)
{
    struct ext2_changes *changes = arena_alloc(arena, sizeof *changes);
    if (changes == NULL) {
        return NULL;
    }
    memset(changes, 0, sizeof *changes);
    changes->arena = arena;
    changes->ranges = ranges_create(arena);
    return changes->ranges != NULL ? changes : NULL;
}

/* ---- ranges --------------------------------------------------------------------------------- */

static uint64_t key_of(uint32_t inode, uint64_t block)
{
    return (uint64_t)inode << 32 | block;
}

int ext2_changes_put_range(struct ext2_changes *changes, uint32_t inode, uint64_t first,
                           uint64_t count, uint64_t start)
{
    return inode < INODE_LIMIT ? ranges_put(changes->ranges, key_of(inode, first), count, start)
                               : ERR_RANGE;
}

bool ext2_changes_find_range(const struct ext2_changes *changes, uint32_t inode, uint64_t block,
                             uint64_t *start, uint64_t *count)
{
    return inode < INODE_LIMIT && ranges_find(changes->ranges, key_of(inode, block), start, count);
}

/* ---- names ---------------------------------------------------------------------------------- */

static unsigned bucket_of(uint32_t directory, const char *name)
{
    uint32_t hash = directory + fold_hash(name);
    return (hash ^ hash >> 16) % BUCKETS;
}

static int make_room(struct ext2_changes *changes)
{
    if (changes->count < changes->room) {
        return 0;
    }
    size_t room = changes->room == 0 ? FIRST_ROOM : 2 * changes->room;
    struct name **names = arena_array(changes->arena, room, sizeof(struct name *));
    if (names == NULL) {
        return ERR_NO_MEMORY;
    }
    if (changes->count > 0) {
        memcpy(names, changes->names, changes->count * sizeof(struct name *));
    }
    changes->names = names;
    changes->room = room;
    return 0;
}

int ext2_changes_put_name(struct ext2_changes *changes, uint32_t directory, const uint8_t *text,
                          size_t length, uint32_t inode)
{
    struct name *name = arena_alloc(changes->arena, sizeof *name + length + 1);
    if (name == NULL || make_room(changes) != 0) {
        return ERR_NO_MEMORY;
    }
    memcpy(name->text, text, length);
    name->text[length] = '\0';
    struct name **bucket = &changes->buckets[bucket_of(directory, name->text)];
    name->length = length;
    name->directory = directory;
    name->inode = inode;
    name->same_hash = *bucket;
    *bucket = changes->names[changes->count++] = name;
    return 0;
}

static bool is_name(const struct name *name, uint32_t directory, const char *text,
                    bool ignores_case)
{
    return name->directory == directory &&
           (ignores_case ? fold_same(name->text, text) : strcmp(name->text, text) == 0);
}

/* The newest change of a name, or NULL. */
static const struct name *find_name(const struct ext2_changes *changes, uint32_t directory,
                                    const char *text, bool ignores_case)
{
    const struct name *name = changes->buckets[bucket_of(directory, text)];
    while (name != NULL && !is_name(name, directory, text, ignores_case)) {
        name = name->same_hash;
    }
    return name;
}

int ext2_changes_put_directory(struct ext2_changes *changes, uint32_t directory)
{
    return ext2_changes_put_name(changes, directory, (const uint8_t *)"", 0, 0);
}

bool ext2_changes_has_directory(const struct ext2_changes *changes, uint32_t directory)
{
    return find_name(changes, directory, "", false) != NULL;
}

bool ext2_changes_has_name(const struct ext2_changes *changes, uint32_t directory, const char *name,
                           bool ignores_case)
{
    return find_name(changes, directory, name, ignores_case) != NULL;
}

bool ext2_changes_next_name(const struct ext2_changes *changes, uint32_t directory,
                            bool ignores_case, uint64_t *cursor, struct dir_entry *entry)
{
    while (*cursor < changes->count) {
        const struct name *name = changes->names[(*cursor)++];
        if (name->directory == directory && name->inode != 0 && !name_is_dots(name->text) &&
            find_name(changes, directory, name->text, ignores_case) == name) {
            entry->id = (struct node_id){.object = name->inode};
            entry->type = NODE_OTHER; /* its inode knows */
            memcpy(entry->name, name->text, name->length + 1);
            return true;
        }
    }
    return false;
}
