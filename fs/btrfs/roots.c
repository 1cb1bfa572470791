/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/roots.h"

#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
#include "fs/btrfs/dir.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

static int wrong_tree(const struct volume *volume, uint64_t id, const char *what)
{
    return fail(volume->log, ERR_CORRUPT, "%s: btrfs tree %lu: %s", volume_subject(volume), id,
                what);
}

int btrfs_take_root(const struct volume *volume, uint64_t id, const struct btrfs_item *item,
                    struct btrfs_tree *tree)
{
    if (item->size < ROOT_SIZE || item->bytes[ROOT_LEVEL] >= LEVELS) {
        return wrong_tree(volume, id, "its root cannot be right");
    }
    *tree = (struct btrfs_tree){.id = id,
                                .block = le64(item->bytes + ROOT_BLOCK),
                                .generation = le64(item->bytes + ROOT_GENERATION),
                                .level = item->bytes[ROOT_LEVEL]};
    return 0;
}

int btrfs_find_tree(const struct volume *volume, uint64_t id, struct btrfs_tree *tree)
{
    const struct btrfs *fs = volume->private;
    const struct btrfs_key key = {.object = id, .type = TYPE_ROOT, .offset = UINT64_MAX};
    struct btrfs_item item;
    int found = btrfs_find_until(volume, &fs->root_tree, &key, &item);
    if (found < 0) {
        return found;
    }
    if (found == 0 || item.key.object != id || item.key.type != TYPE_ROOT) {
        return ERR_NOT_FOUND;
    }
    int error = btrfs_take_root(volume, id, &item, tree);
    bool is_deleted = error == 0 && le32(item.bytes + ROOT_REFERENCES) == 0;
    return is_deleted ? ERR_NOT_FOUND : error;
}

int btrfs_open_subvolume(const struct volume *volume, uint64_t id, struct btrfs_tree *tree)
{
    struct btrfs *fs = volume->private;
    if (fs->recent.block == 0 || fs->recent.id != id) {
        int error = btrfs_find_tree(volume, id, tree);
        if (error != 0) {
            return error == ERR_NOT_FOUND ? wrong_tree(volume, id, "there is no such subvolume")
                                          : error;
        }
        fs->recent = *tree;
    }
    *tree = fs->recent;
    return 0;
}

int btrfs_find_default(const struct volume *volume, uint64_t *id)
{
    static const char name[] = "default";
    const struct btrfs *fs = volume->private;
    const struct btrfs_key key = {.object = ROOT_DIRECTORY,
                                  .type = TYPE_DIR_ITEM,
                                  .offset = btrfs_hash_name(name, sizeof name - 1)};
    struct btrfs_item item;
    struct btrfs_entry entry;
    int found = btrfs_find(volume, &fs->root_tree, &key, &item);
    *id = TOP_LEVEL;
    if (found > 0 && btrfs_entry_find(&item, name, &entry) && entry.place.type == TYPE_ROOT) {
        *id = entry.place.object;
    }
    return found < 0 ? found : 0;
}

/* ---- where subvolumes lie ------------------------------------------------------------------- */

/* The reference of a subvolume to where it lies, at least as long as its name. */
static int find_reference(const struct volume *volume, uint64_t id, uint64_t parent,
                          struct btrfs_item *item)
{
    const struct btrfs *fs = volume->private;
    const struct btrfs_key key = {.object = id, .type = TYPE_ROOT_BACKREF, .offset = parent};
    int found = btrfs_find_from(volume, &fs->root_tree, &key, item);
    if (found <= 0 || item->key.object != id || item->key.type != TYPE_ROOT_BACKREF) {
        return found < 0 ? found : 0;
    }
    if (item->size < ROOT_REF_NAME ||
        item->size - ROOT_REF_NAME < le16(item->bytes + ROOT_REF_NAME_LENGTH)) {
        return wrong_tree(volume, id, "its name is longer than there is room for");
    }
    return 1;
}

int btrfs_subvolume_is_in(const struct volume *volume, uint64_t id, uint64_t parent,
                          uint64_t directory)
{
    struct btrfs_item item;
    int found = find_reference(volume, id, parent, &item);
    if (found <= 0) {
        return found;
    }
    return item.key.offset == parent && le64(item.bytes + ROOT_REF_DIRECTORY) == directory ? 1 : 0;
}

/* Puts "/name" before what is at `path` (LINK_SIZE bytes). False: there is no room, or no name. */
static bool put_before(char *path, const uint8_t *name, size_t length)
{
    size_t used = strlen(path);
    if (length == 0 || length + 1 + used >= LINK_SIZE || memchr(name, '\0', length) != NULL) {
        return false;
    }
    memmove(path + length + 1, path, used + 1);
    path[0] = '/';
    memcpy(path + 1, name, length);
    return true;
}

/* Puts the path of a directory in its subvolume before what is there; each step makes it longer. */
static int put_directory(const struct volume *volume, uint64_t subvolume, uint64_t directory,
                         char *path)
{
    struct btrfs_tree tree;
    int error = btrfs_open_subvolume(volume, subvolume, &tree);
    while (error == 0 && directory != FIRST_OBJECT) {
        struct btrfs_key key = {.object = directory, .type = TYPE_INODE_REF};
        struct btrfs_item item;
        int found = btrfs_next_of(volume, &tree, &key, &item);
        if (found < 0) {
            return found;
        }
        if (found == 0 || item.size < REF_NAME ||
            item.size - REF_NAME < le16(item.bytes + REF_NAME_LENGTH) ||
            !put_before(path, item.bytes + REF_NAME, le16(item.bytes + REF_NAME_LENGTH))) {
            return wrong_tree(volume, subvolume, "a directory's name cannot be right");
        }
        directory = item.key.offset;
    }
    return error;
}

/* From its own name up to the top. Returns 1; 0 when it lies nowhere; or an error. */
static int find_path(const struct volume *volume, uint64_t id, char *path)
{
    path[0] = '\0';
    for (uint64_t at = id; at != TOP_LEVEL;) {
        struct btrfs_item item;
        int found = find_reference(volume, at, 0, &item);
        if (found <= 0) {
            return found;
        }
        uint64_t directory = le64(item.bytes + ROOT_REF_DIRECTORY);
        if (!put_before(path, item.bytes + ROOT_REF_NAME,
                        le16(item.bytes + ROOT_REF_NAME_LENGTH))) {
            return wrong_tree(volume, at, "its path cannot be right");
        }
        at = item.key.offset;
        int error = put_directory(volume, at, directory, path);
        if (error != 0) {
            return error;
        }
    }
    return 1;
}

/* The next tree after number *id that lies in another one. Returns 1, 0 or an error. */
static int next_tree(const struct volume *volume, uint64_t *id)
{
    const struct btrfs *fs = volume->private;
    struct btrfs_item item;
    struct btrfs_key key = {.object = *id, .type = TYPE_ROOT_BACKREF, .offset = UINT64_MAX};
    int found;
    while ((found = btrfs_find_from(volume, &fs->root_tree, &key, &item)) > 0 &&
           item.key.object <= LAST_OBJECT) {
        if (item.key.type == TYPE_ROOT_BACKREF) {
            *id = item.key.object;
            return 1;
        }
        bool is_before = item.key.type < TYPE_ROOT_BACKREF;
        key = (struct btrfs_key){.object = item.key.object + (is_before ? 0 : 1),
                                 .type = TYPE_ROOT_BACKREF};
    }
    return found < 0 ? found : 0;
}

int btrfs_next_subvolume(struct volume *volume, uint64_t *cursor, struct subvolume *subvolume)
{
    const struct btrfs *fs = volume->private;
    uint64_t id = *cursor < FIRST_OBJECT ? FIRST_OBJECT - 1 : *cursor;
    int found;
    while ((found = next_tree(volume, &id)) > 0) {
        *cursor = id;
        *subvolume = (struct subvolume){.id = id, .is_default = id == fs->default_tree};
        found = find_path(volume, id, subvolume->path);
        if (found != 0) {
            return found;
        }
    }
    return found;
}
