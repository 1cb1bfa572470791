/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories: entries of 32 bytes, and before each of them the pieces of its long name. */
#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "fs/fat/name.h"
#include "lib/checked.h"
#include "lib/fold.h"

/* Deleted, "." or "..", without a name, or the volume's label. */
static bool is_hidden(const uint8_t *entry)
{
    return entry[D_NAME] == NAME_DELETED || entry[D_NAME] == '.' || entry[D_NAME] == ' ' ||
           (entry[D_ATTRIBUTES] & ATTRIBUTE_VOLUME_LABEL) != 0;
}

static bool is_long_name_piece(const uint8_t *entry)
{
    return entry[D_NAME] != NAME_DELETED &&
           (entry[D_ATTRIBUTES] & ATTRIBUTE_MASK) == ATTRIBUTE_LONG_NAME;
}

/* The entry at `at`, and its place on the volume. Returns 1, 0 at the end, or an error. */
static int read_entry(struct node *directory, uint64_t at, uint8_t *bytes, uint64_t *place)
{
    struct extent extent;
    if (!range_within(at, ENTRY_SIZE, directory->size)) {
        return 0;
    }
    int error = node_where(directory, at, &extent);
    if (error != 0) {
        return error;
    }
    *place = extent.offset;
    error = volume_read(directory->volume, *place, bytes, ENTRY_SIZE);
    return error != 0 ? error : bytes[D_NAME] != NAME_END;
}

/* A directory's entry does not say its size: its chain does, once it is read. */
static int measure(struct node *directory)
{
    const struct fat *fat = fat_of(directory);
    uint32_t clusters;
    if (directory->size > 0) {
        return 0;
    }
    int error = fat_chain_length(directory->volume, fat_node_of(directory)->first,
                                 DIRECTORY_LIMIT / fat->cluster_size, &clusters);
    if (error == 0) {
        directory->size = (uint64_t)clusters * fat->cluster_size;
    }
    return error;
}

/* The next entry that is shown, and its bytes. */
static int next_entry(struct node *directory, uint64_t *cursor, struct dir_entry *entry,
                      uint8_t *bytes)
{
    struct fat_long_name long_name = {.pieces = 0};
    uint64_t place = 0;
    int found = measure(directory);
    if (found != 0) {
        return found;
    }
    while ((found = read_entry(directory, *cursor, bytes, &place)) > 0) {
        *cursor += ENTRY_SIZE;
        if (is_long_name_piece(bytes)) {
            fat_long_name_add(&long_name, bytes);
        } else if (is_hidden(bytes)) {
            long_name.pieces = 0;
        } else {
            entry->id = (struct node_id){.object = place};
            fat_name(&long_name, bytes, entry->name);
            entry->type =
                (bytes[D_ATTRIBUTES] & ATTRIBUTE_DIRECTORY) != 0 ? NODE_DIRECTORY : NODE_FILE;
            return 1;
        }
    }
    return found;
}

int fat_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    uint8_t bytes[ENTRY_SIZE] = {0};
    return next_entry(directory, cursor, entry, bytes);
}

/* Is it this entry's long name, or the short one that it has as well? */
static bool has_name(const struct dir_entry *entry, const uint8_t *bytes, const char *name)
{
    char alias[SHORT_NAME_SIZE];
    fat_short_name(bytes, alias);
    return fold_same(entry->name, name) || fold_same(alias, name);
}

int fat_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    uint8_t bytes[ENTRY_SIZE] = {0};
    uint64_t cursor = 0;
    int found;
    while ((found = next_entry(directory, &cursor, entry, bytes)) > 0) {
        if (has_name(entry, bytes, name)) {
            return 1;
        }
    }
    return found;
}

static bool is_label(const uint8_t *entry)
{
    return entry[D_NAME] != NAME_DELETED &&
           (entry[D_ATTRIBUTES] & (ATTRIBUTE_VOLUME_LABEL | ATTRIBUTE_DIRECTORY)) ==
               ATTRIBUTE_VOLUME_LABEL;
}

int fat_read_label(struct volume *volume)
{
    struct node root;
    uint8_t bytes[ENTRY_SIZE] = {0};
    uint64_t place;
    int error = node_load(volume, volume->root, &root);
    if (error == 0) {
        error = measure(&root);
    }
    if (error != 0) {
        return error;
    }
    int found;
    for (uint64_t at = 0; (found = read_entry(&root, at, bytes, &place)) > 0; at += ENTRY_SIZE) {
        if (is_label(bytes) && !is_long_name_piece(bytes)) {
            fat_label(bytes + D_NAME, volume->label);
            return 0;
        }
    }
    return found;
}
