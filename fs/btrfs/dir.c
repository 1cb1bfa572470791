/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories: entries in the order in which they were made, and by the hashes of their names. */
#include "fs/btrfs/dir.h"

#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
#include "fs/btrfs/log.h"
#include "fs/btrfs/roots.h"
#include "lib/bytes.h"
#include "lib/error.h"

bool btrfs_entry_at(const struct btrfs_item *item, uint32_t *at, struct btrfs_entry *entry)
{
    uint32_t left = item->size - *at;
    const uint8_t *bytes = item->bytes + *at;
    if (left < ENTRY_NAME) {
        return false;
    }
    *entry = (struct btrfs_entry){.place = btrfs_key_at(bytes),
                                  .type = bytes[ENTRY_TYPE],
                                  .name = bytes + ENTRY_NAME,
                                  .length = le16(bytes + ENTRY_NAME_LENGTH)};
    uint32_t length = entry->length + le16(bytes + ENTRY_DATA_LENGTH);
    *at += ENTRY_NAME + length;
    return length <= left - ENTRY_NAME && entry->length > 0 && entry->length <= NAME_LIMIT;
}

bool btrfs_entry_find(const struct btrfs_item *item, const char *name, struct btrfs_entry *entry)
{
    size_t length = strlen(name);
    for (uint32_t at = 0; at < item->size && btrfs_entry_at(item, &at, entry);) {
        if (entry->length == length && memcmp(entry->name, name, length) == 0) {
            return true;
        }
    }
    return false;
}

static enum node_type type_of(uint8_t type)
{
    switch (type) {
    case ENTRY_FILE:
        return NODE_FILE;
    case ENTRY_DIRECTORY:
        return NODE_DIRECTORY;
    case ENTRY_LINK:
        return NODE_LINK;
    default:
        return NODE_OTHER;
    }
}

/* A subvolume, unless this is a snapshot of the directory that it lies in: then it is empty. */
static int find_subvolume(const struct node *directory, struct dir_entry *entry)
{
    uint64_t id = entry->id.tree;
    int found =
        btrfs_subvolume_is_in(directory->volume, id, directory->id.tree, directory->id.object);
    if (found == 0) {
        entry->id = (struct node_id){.tree = directory->id.tree, .object = EMPTY_DIRECTORY};
    }
    return found < 0 ? found : 1;
}

/* Returns 1 or an error. The entry's item is not needed any more. */
static int take_entry(const struct node *directory, const struct btrfs_entry *found,
                      struct dir_entry *entry)
{
    bool is_subvolume = found->place.type == TYPE_ROOT;
    if (memchr(found->name, '\0', found->length) != NULL ||
        (!is_subvolume && found->place.type != TYPE_INODE)) {
        return btrfs_wrong(directory, "one of its entries cannot be right");
    }
    entry->type = type_of(found->type);
    memcpy(entry->name, found->name, found->length);
    entry->name[found->length] = '\0';
    entry->id = (struct node_id){.tree = is_subvolume ? found->place.object : directory->id.tree,
                                 .object = is_subvolume ? FIRST_OBJECT : found->place.object};
    return is_subvolume ? find_subvolume(directory, entry) : 1;
}

/* ---- as committed --------------------------------------------------------------------------- */

/*
 * Cursors: the number of an entry, or that of a logged name above this one. Linux gives no directory
 * so many numbers.
 */
#define LOGGED (UINT64_C(1) << 63)

/* Is an entry replaced or deleted by the log? Returns 1, 0 or an error. */
static int is_hidden(const struct node *directory, const struct dir_entry *entry, uint64_t number)
{
    if (btrfs_node_of(directory)->log == NULL) {
        return 0;
    }
    bool is_subvolume = entry->id.tree != directory->id.tree;
    const struct btrfs_logged_name *logged = btrfs_log_find(directory, entry->name);
    return logged != NULL
               ? 1
               : btrfs_log_deletes(directory, number, is_subvolume ? 0 : entry->id.object);
}

/* The first entry from *cursor on. Returns 1, 0 or an error. */
static int next_committed(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    struct btrfs_key key = {
        .object = directory->id.object, .type = TYPE_DIR_INDEX, .offset = *cursor};
    struct btrfs_item item;
    struct btrfs_entry found;
    uint32_t at = 0;
    int result = btrfs_next_of(directory->volume, &btrfs_node_of(directory)->tree, &key, &item);
    if (result <= 0 || key.offset > LOGGED) {
        return result < 0 ? result : 0;
    }
    *cursor = key.offset;
    if (!btrfs_entry_at(&item, &at, &found)) {
        return btrfs_wrong(directory, "one of its entries cannot be right");
    }
    return take_entry(directory, &found, entry);
}

static int next_visible(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    int found;
    while ((found = next_committed(directory, cursor, entry)) > 0) {
        int hidden = is_hidden(directory, entry, *cursor - 1);
        if (hidden <= 0) {
            return hidden < 0 ? hidden : 1;
        }
    }
    return found;
}

/* ---- as logged ------------------------------------------------------------------------------ */

static int take_logged(const struct node *directory, const struct btrfs_logged_name *logged,
                       struct dir_entry *entry)
{
    const struct btrfs_entry found = {.place = logged->place,
                                      .type = logged->type,
                                      .name = (const uint8_t *)logged->name,
                                      .length = logged->length};
    return take_entry(directory, &found, entry);
}

/* Where the search goes on: it is kept in the node, for the one that was found last. */
static const struct btrfs_logged_name *logged_at(struct node *directory, uint64_t cursor)
{
    const struct btrfs_node *private = btrfs_node_of(directory);
    if (private->logged_cursor == cursor) {
        return private->logged;
    }
    const struct btrfs_logged_name *logged = btrfs_log_first(directory);
    for (uint64_t i = LOGGED; logged != NULL && i < cursor; i++) {
        logged = logged->next;
    }
    return logged;
}

static int next_logged(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    struct btrfs_node *private = (struct btrfs_node *)directory->private;
    const struct btrfs_logged_name *logged = logged_at(directory, *cursor);
    for (; logged != NULL; logged = logged->next) {
        ++*cursor;
        if (logged->subvolume == directory->id.tree && logged->directory == directory->id.object) {
            private->logged_cursor = *cursor;
            private->logged = logged->next;
            return take_logged(directory, logged, entry);
        }
    }
    return 0;
}

int btrfs_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    if (*cursor < LOGGED) {
        int found = next_visible(directory, cursor, entry);
        if (found != 0) {
            return found;
        }
        *cursor = LOGGED;
    }
    return btrfs_node_of(directory)->log != NULL ? next_logged(directory, cursor, entry) : 0;
}

/* ---- looking up ----------------------------------------------------------------------------- */

/* By number, for what a log deletes goes by that. */
static int scan(struct node *directory, const char *name, struct dir_entry *entry)
{
    uint64_t cursor = 0;
    int found;
    while ((found = next_visible(directory, &cursor, entry)) > 0) {
        if (strcmp(entry->name, name) == 0) {
            return 1;
        }
    }
    return found;
}

static int look_up_hash(const struct node *directory, const char *name, struct dir_entry *entry)
{
    const struct btrfs_key key = {.object = directory->id.object,
                                  .type = TYPE_DIR_ITEM,
                                  .offset = btrfs_hash_name(name, strlen(name))};
    struct btrfs_item item;
    struct btrfs_entry found;
    int result = btrfs_find(directory->volume, &btrfs_node_of(directory)->tree, &key, &item);
    if (result <= 0 || !btrfs_entry_find(&item, name, &found)) {
        return result < 0 ? result : 0;
    }
    return take_entry(directory, &found, entry);
}

int btrfs_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    if (btrfs_node_of(directory)->log == NULL) {
        return look_up_hash(directory, name, entry);
    }
    const struct btrfs_logged_name *logged = btrfs_log_find(directory, name);
    if (logged != NULL) {
        return take_logged(directory, logged, entry);
    }
    if (btrfs_log_has_ranges(directory)) {
        return scan(directory, name, entry);
    }
    int found = look_up_hash(directory, name, entry);
    int hidden = found > 0 ? is_hidden(directory, entry, 0) : 0;
    return hidden < 0 ? hidden : found > 0 && hidden == 0 ? 1 : found < 0 ? found : 0;
}
