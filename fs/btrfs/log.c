/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/log.h"

#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
#include "fs/btrfs/dir.h"
#include "fs/btrfs/roots.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    TREES = 64, /* subvolumes in which something was synced at once */
    BUCKETS = 1024,
    NAMES = 1 << 16,
};

struct btrfs_log {
    unsigned count;
    struct btrfs_tree trees[TREES]; /* their ids are the subvolumes' */
    struct btrfs_logged_name *first, **end;
    unsigned name_count;
    struct btrfs_logged_name *buckets[BUCKETS];
};

/* ---- names ---------------------------------------------------------------------------------- */

static unsigned bucket_of(uint64_t directory, const char *name, size_t length)
{
    return (btrfs_hash_name(name, length) + (unsigned)directory) % BUCKETS;
}

static const struct btrfs_logged_name *find_name(const struct btrfs_log *log, uint64_t subvolume,
                                                 uint64_t directory, const char *name,
                                                 size_t length)
{
    const struct btrfs_logged_name *found = log->buckets[bucket_of(directory, name, length)];
    while (found != NULL && (found->subvolume != subvolume || found->directory != directory ||
                             found->length != length || memcmp(found->name, name, length) != 0)) {
        found = found->next_in_bucket;
    }
    return found;
}

/* Does the inode that a name leads to exist, in the log or in the subvolume? */
static int has_inode(const struct volume *volume, const struct btrfs_tree *log,
                     const struct btrfs_key *place)
{
    const struct btrfs_key key = {.object = place->object, .type = TYPE_INODE};
    struct btrfs_tree subvolume;
    struct btrfs_item item;
    if (place->type != TYPE_INODE) {
        return 1; /* a subvolume */
    }
    int found = btrfs_find(volume, log, &key, &item);
    if (found != 0) {
        return found;
    }
    int error = btrfs_find_tree(volume, log->id, &subvolume);
    if (error != 0) {
        return error == ERR_NOT_FOUND ? 0 : error;
    }
    return btrfs_find(volume, &subvolume, &key, &item);
}

/* Is it one that a directory has for itself: the root's is ".."? Or none that can be? */
static bool is_none(const struct btrfs_entry *entry)
{
    const uint8_t *name = entry->name;
    return memchr(name, '\0', entry->length) != NULL || (entry->length == 1 && name[0] == '.') ||
           (entry->length == 2 && name[0] == '.' && name[1] == '.');
}

/* Adds a name, unless it is there, or leads nowhere. The entry's bytes are its item's, which goes. */
static int add_name(const struct volume *volume, struct btrfs_log *log,
                    const struct btrfs_tree *tree, uint64_t directory,
                    const struct btrfs_entry *entry)
{
    size_t length = entry->length;
    const char *name = (const char *)entry->name;
    if (is_none(entry) || find_name(log, tree->id, directory, name, length) != NULL) {
        return 0;
    }
    struct btrfs_logged_name *added = arena_alloc(volume->arena, sizeof *added + length + 1);
    if (added == NULL || log->name_count == NAMES) {
        return ERR_NO_MEMORY;
    }
    *added = (struct btrfs_logged_name){.subvolume = tree->id,
                                        .directory = directory,
                                        .place = entry->place,
                                        .type = entry->type,
                                        .length = entry->length};
    memcpy(added->name, name, length);
    int found = has_inode(volume, tree, &added->place);
    if (found <= 0) {
        return found;
    }
    struct btrfs_logged_name **bucket = &log->buckets[bucket_of(directory, added->name, length)];
    added->next_in_bucket = *bucket;
    *bucket = added;
    *log->end = added;
    log->end = &added->next;
    log->name_count++;
    return 0;
}

/* ---- items ---------------------------------------------------------------------------------- */

static int take_index(const struct volume *volume, struct btrfs_log *log,
                      const struct btrfs_tree *tree, const struct btrfs_item *item)
{
    struct btrfs_entry entry;
    uint32_t at = 0;
    return btrfs_entry_at(item, &at, &entry) ? add_name(volume, log, tree, item->key.object, &entry)
                                             : ERR_CORRUPT;
}

/* The name at byte *at of a reference, of either kind; and its directory. False: none can be right. */
static bool reference_at(const struct btrfs_item *item, uint32_t *at, struct btrfs_entry *entry,
                         uint64_t *directory)
{
    bool is_long = item->key.type == TYPE_INODE_EXTREF;
    uint32_t header = is_long ? EXTREF_NAME : REF_NAME, left = item->size - *at;
    const uint8_t *bytes = item->bytes + *at;
    if (left < header) {
        return false;
    }
    *directory = is_long ? le64(bytes + EXTREF_DIRECTORY) : item->key.offset;
    *entry = (struct btrfs_entry){
        .place = {.object = item->key.object, .type = TYPE_INODE},
        .name = bytes + header,
        .length = le16(bytes + (is_long ? EXTREF_NAME_LENGTH : REF_NAME_LENGTH))};
    *at += header + entry->length;
    return entry->length > 0 && entry->length <= NAME_LIMIT && entry->length <= left - header;
}

/* An item can have several names, and goes when the first one is added: it is looked up again. */
static int take_references(const struct volume *volume, struct btrfs_log *log,
                           const struct btrfs_tree *tree, struct btrfs_item *item)
{
    struct btrfs_key key = item->key;
    for (uint32_t at = 0; at < item->size;) {
        struct btrfs_entry entry;
        uint64_t directory;
        if (!reference_at(item, &at, &entry, &directory)) {
            return ERR_CORRUPT;
        }
        int error = add_name(volume, log, tree, directory, &entry);
        if (error == 0) {
            int found = btrfs_find(volume, tree, &key, item);
            error = found < 0 ? found : 0;
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int take_item(const struct volume *volume, struct btrfs_log *log,
                     const struct btrfs_tree *tree, struct btrfs_item *item)
{
    switch (item->key.type) {
    case TYPE_DIR_INDEX:
        return take_index(volume, log, tree, item);
    case TYPE_INODE_REF:
    case TYPE_INODE_EXTREF:
        return take_references(volume, log, tree, item);
    default:
        return 0;
    }
}

/* The key that comes next after one. False: none can. */
static bool advance(struct btrfs_key *key)
{
    if (++key->offset == 0 && ++key->type > UINT8_MAX) {
        key->type = 0;
        return ++key->object != 0;
    }
    return true;
}

/* Directories' own names come first, as in Linux: a reference is not asked where they say more. */
static int take_names(const struct volume *volume, struct btrfs_log *log,
                      const struct btrfs_tree *tree, bool of_directories)
{
    struct btrfs_key key = {0};
    struct btrfs_item item;
    int found;
    while ((found = btrfs_find_from(volume, tree, &key, &item)) > 0) {
        key = item.key;
        int error = (key.type == TYPE_DIR_INDEX) == of_directories
                        ? take_item(volume, log, tree, &item)
                        : 0;
        if (error != 0 || !advance(&key)) {
            return error;
        }
    }
    return found;
}

/* ---- trees ---------------------------------------------------------------------------------- */

static int take_tree(const struct volume *volume, struct btrfs_log *log,
                     const struct btrfs_item *item)
{
    struct btrfs_tree *tree = &log->trees[log->count];
    int error = btrfs_take_root(volume, item->key.offset, item, tree);
    if (error == 0 && log->count == TREES - 1) {
        return ERR_TOO_LARGE;
    }
    log->count += error == 0 ? 1 : 0;
    return error;
}

static int take_trees(const struct volume *volume, struct btrfs_log *log, const uint8_t *super)
{
    const struct btrfs_tree roots = {.block = le64(super + SUPER_LOG_ROOT),
                                     .generation = le64(super + SUPER_GENERATION) + 1,
                                     .level = super[SUPER_LOG_LEVEL]};
    struct btrfs_key key = {.object = LOGS, .type = TYPE_ROOT};
    struct btrfs_item item;
    int found;
    while ((found = btrfs_next_of(volume, &roots, &key, &item)) > 0) {
        int error = take_tree(volume, log, &item);
        if (error != 0) {
            return error;
        }
    }
    return found;
}

static int read_log(const struct volume *volume, struct btrfs_log *log, const uint8_t *super)
{
    int error = take_trees(volume, log, super);
    for (unsigned i = 0; error == 0 && i < log->count; i++) {
        error = take_names(volume, log, &log->trees[i], true);
    }
    for (unsigned i = 0; error == 0 && i < log->count; i++) {
        error = take_names(volume, log, &log->trees[i], false);
    }
    return error;
}

const struct btrfs_log *btrfs_log_open(const struct volume *volume, const uint8_t *super)
{
    struct btrfs_log *log = arena_alloc(volume->arena, sizeof *log);
    int error = ERR_NO_MEMORY;
    if (log != NULL) {
        log->end = &log->first;
        error = read_log(volume, log, super);
    }
    if (error == 0) {
        return log;
    }
    log_line(volume->log, "%s: btrfs: its log is passed over: %s", volume->source->name,
             error_text(error));
    return NULL;
}

/* ---- asking --------------------------------------------------------------------------------- */

const struct btrfs_tree *btrfs_log_at(const struct volume *volume, unsigned index)
{
    const struct btrfs_log *log = ((const struct btrfs *)volume->private)->log;
    return log != NULL && index < log->count ? &log->trees[index] : NULL;
}

const struct btrfs_tree *btrfs_log_of(const struct volume *volume, uint64_t subvolume)
{
    const struct btrfs_tree *tree;
    for (unsigned i = 0; (tree = btrfs_log_at(volume, i)) != NULL; i++) {
        if (tree->id == subvolume) {
            return tree;
        }
    }
    return NULL;
}

const struct btrfs_logged_name *btrfs_log_find(const struct node *directory, const char *name)
{
    const struct btrfs_log *log = btrfs_of(directory)->log;
    return log != NULL
               ? find_name(log, directory->id.tree, directory->id.object, name, strlen(name))
               : NULL;
}

const struct btrfs_logged_name *btrfs_log_first(const struct node *directory)
{
    const struct btrfs_log *log = btrfs_of(directory)->log;
    return log != NULL ? log->first : NULL;
}

bool btrfs_log_has_ranges(const struct node *directory)
{
    const struct btrfs_tree *tree = btrfs_log_of(directory->volume, directory->id.tree);
    struct btrfs_key key = {.object = directory->id.object, .type = TYPE_LOG_INDEX};
    struct btrfs_item item;
    return tree != NULL && btrfs_next_of(directory->volume, tree, &key, &item) != 0;
}

/* Is the number in a range of which the log knows all? */
static int is_in_range(const struct node *directory, const struct btrfs_tree *tree, uint64_t number)
{
    const struct btrfs_key key = {
        .object = directory->id.object, .type = TYPE_LOG_INDEX, .offset = number};
    struct btrfs_item item;
    int found = btrfs_find_until(directory->volume, tree, &key, &item);
    if (found <= 0 || item.key.object != key.object || item.key.type != key.type ||
        item.size < sizeof(uint64_t)) {
        return found < 0 ? found : 0;
    }
    return le64(item.bytes) >= number ? 1 : 0;
}

/* An inode that was logged has all its names in a directory in one item: this is not one of them. */
int btrfs_log_deletes(const struct node *directory, uint64_t number, uint64_t inode)
{
    const struct btrfs_tree *tree = btrfs_log_of(directory->volume, directory->id.tree);
    const struct btrfs_key key = {
        .object = inode, .type = TYPE_INODE_REF, .offset = directory->id.object};
    struct btrfs_item item;
    if (tree == NULL) {
        return 0;
    }
    int found = is_in_range(directory, tree, number);
    return found != 0 ? found : btrfs_find(directory->volume, tree, &key, &item);
}
