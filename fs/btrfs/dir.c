/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories: entries in the order in which they were made, and by the hashes of their names. */
#include "fs/btrfs/dir.h"

#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
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

int btrfs_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    struct btrfs_key key = {
        .object = directory->id.object, .type = TYPE_DIR_INDEX, .offset = *cursor};
    struct btrfs_item item;
    struct btrfs_entry found;
    uint32_t at = 0;
    int result = btrfs_next_of(directory->volume, &btrfs_node_of(directory)->tree, &key, &item);
    if (result <= 0) {
        return result;
    }
    *cursor = key.offset;
    if (!btrfs_entry_at(&item, &at, &found)) {
        return btrfs_wrong(directory, "one of its entries cannot be right");
    }
    return take_entry(directory, &found, entry);
}

int btrfs_lookup(struct node *directory, const char *name, struct dir_entry *entry)
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
