/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/fs.h"

#include <stdio.h>
#include <string.h>

#include "fs/btrfs/devices.h"
#include "fs/cache.h"
#include "fs/ext2/ext2.h"
#include "fs/fat/fat.h"
#include "fs/ffs/ffs.h"
#include "fs/iso9660/iso9660.h"
#include "fs/xfs/xfs.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { BINARY_UUID_SIZE = 16, UUID_DIGITS = 3 /* of a byte, with its hyphen */ };

/*
 * Every file system there is. FAT has the weakest mark; only a superblock that may be left over is
 * weaker.
 */
static const struct fs_type *const fs_types[] = {&ext2_type,    &xfs_type, &btrfs_type,   &ffs_type,
                                                 &iso9660_type, &fat_type, &ffs_copy_type};

int volume_mount_as(struct volume *volume, const struct fs_type *type, const struct source *source,
                    struct cache *cache, struct arena *arena, struct log *log)
{
    *volume =
        (struct volume){.type = type, .source = source, .cache = cache, .arena = arena, .log = log};
    return type->mount(volume);
}

int volume_mount(struct volume *volume, const struct source *source, struct cache *cache,
                 struct arena *arena, struct log *log)
{
    int error = ERR_UNKNOWN;
    for (size_t i = 0; error == ERR_UNKNOWN && i < sizeof fs_types / sizeof fs_types[0]; i++) {
        error = volume_mount_as(volume, fs_types[i], source, cache, arena, log);
    }
    return error;
}

const char *volume_subject(const struct volume *volume)
{
    return volume->subject != NULL ? volume->subject : volume->source->name;
}

void volume_set_uuid(struct volume *volume, const uint8_t *bytes)
{
    char *text = volume->uuid;
    for (unsigned i = 0; i < BINARY_UUID_SIZE; i++) {
        bool has_hyphen = i == 4 || i == 6 || i == 8 || i == 10;
        text += snprintf(text, UUID_DIGITS + 1, has_hyphen ? "-%02x" : "%02x", bytes[i]);
    }
}

int volume_read(const struct volume *volume, uint64_t offset, void *buffer, size_t length)
{
    return cache_read(volume->cache, volume->source, offset, buffer, length);
}

int node_load(struct volume *volume, struct node_id id, struct node *node)
{
    *node = (struct node){.volume = volume, .id = id};
    int error = volume->type->load(node);
    if (error != 0) {
        return error;
    }
    if (node->type == NODE_DIRECTORY && node->size > volume->source->size) {
        return fail(volume->log, ERR_CORRUPT,
                    "%s: directory %lu of %lu bytes is larger than its file system",
                    volume_subject(volume), id.object, node->size);
    }
    return 0;
}

int node_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    const struct fs_type *type = directory->volume->type;
    uint64_t cursor = 0;
    int found;
    if (type->lookup != NULL) {
        return type->lookup(directory, name, entry);
    }
    while ((found = type->next(directory, &cursor, entry)) > 0) {
        if (strcmp(entry->name, name) == 0) {
            return 1;
        }
    }
    return found;
}

int node_where(struct node *node, uint64_t offset, struct extent *extent)
{
    *extent = (struct extent){.kind = EXTENT_ZERO};
    int error = node->volume->type->map(node, offset, extent);
    extent->below = node->volume->source;
    if (error == 0 && extent->length == 0) {
        return fail(node->volume->log, ERR_CORRUPT, "%s: inode %lu: nothing is said of byte %lu",
                    volume_subject(node->volume), node->id.object, offset);
    }
    return error;
}
