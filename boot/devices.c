/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/devices.h"

#include "boot/device_name.h"
#include "boot/mirrors.h"
#include "fs/blocklist.h"
#include "fs/cache.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

/* ---- what there is -------------------------------------------------------------------------- */

/* The disks as sources, whose tables are fetched side by side. NULL: no memory. */
static struct disk_source *open_disks(struct devices *devices, struct disk *const *disks,
                                      size_t count)
{
    struct disk_source *sources = arena_array(devices->arena, count + 1, sizeof *sources);
    const struct source **heads = arena_array(devices->arena, count + 1, sizeof(struct source *));
    if (devices->cache == NULL || sources == NULL || heads == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        disk_source_open(&sources[i], disks[i], devices->log);
        heads[i] = &sources[i].source;
    }
    cache_fetch_heads(devices->cache, heads, count);
    return sources;
}

static void add_places(struct devices *devices, const struct disk *disk,
                       const struct partition_list *list)
{
    for (struct partition *partition = list->first; partition != NULL;
         partition = partition->next) {
        devices->places[devices->count++] = (struct place){.partition = partition, .disk = disk};
    }
}

/*
 * The tables of every disk. An error, but that of no memory, has been logged: each list goes as far
 * as it could be read.
 */
static int list_all(struct devices *devices, const struct disk_source *sources, size_t count,
                    struct partition_list *lists, size_t *total)
{
    *total = 0;
    for (size_t i = 0; i < count; i++) {
        const struct disk *disk = sources[i].disk;
        if (disk->size > 0 && partitions_find(&lists[i], &sources[i].source, disk->sector_size,
                                              devices->cache, devices->arena) == ERR_NO_MEMORY) {
            return ERR_NO_MEMORY;
        }
        *total += lists[i].count;
    }
    return 0;
}

int devices_open(struct devices *devices, struct disk *const *disks, size_t disk_count,
                 struct arena *arena, struct log *log)
{
    *devices = (struct devices){.arena = arena, .log = log, .cache = cache_create(arena)};
    struct partition_list *lists = arena_array(arena, disk_count + 1, sizeof *lists);
    struct disk_source *sources = open_disks(devices, disks, disk_count);
    size_t total;
    if (lists == NULL || sources == NULL ||
        list_all(devices, sources, disk_count, lists, &total) != 0) {
        return ERR_NO_MEMORY;
    }
    devices->places = arena_array(arena, total + 1, sizeof *devices->places);
    if (devices->places == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < disk_count; i++) {
        add_places(devices, disks[i], &lists[i]);
    }
    mirrors_drop_stale(devices);
    return 0;
}

void devices_look_ahead(const struct devices *devices, size_t first)
{
    const struct source *heads[DEVICES_AHEAD];
    size_t count = min_u64(DEVICES_AHEAD, devices->count - first);
    for (size_t i = 0; i < count; i++) {
        heads[i] = &devices->places[first + i].partition->slice.source;
    }
    cache_fetch_heads(devices->cache, heads, count);
}

struct volume *devices_volume(struct devices *devices, struct place *place)
{
    if (!place->tried) {
        place->tried = true;
        place->error = volume_mount(&place->volume, &place->partition->slice.source, devices->cache,
                                    devices->arena, devices->log);
    }
    return place->error == 0 ? &place->volume : NULL;
}

struct place *devices_first(struct devices *devices)
{
    for (size_t i = 0; i < devices->count; i++) {
        if (devices_volume(devices, &devices->places[i]) != NULL) {
            return &devices->places[i];
        }
    }
    return NULL;
}

/* ---- names ---------------------------------------------------------------------------------- */

struct place *devices_find(const struct devices *devices, const char *name, size_t length)
{
    struct place *place = device_name_find(devices, name, length);
    if (place == NULL) {
        log_line(devices->log, "%.*s: there is no such disk or partition", (int)length, name);
    }
    return place;
}

struct place *devices_resolve(struct devices *devices, struct place *root, const char *path,
                              const char **rest)
{
    size_t length = device_name_length(path);
    if (length == 0 && path[0] == '(') {
        log_line(devices->log, "%s: the name of a device ends with \")\"", path);
        return NULL;
    }
    *rest = path + length;
    if (length > 0) {
        return devices_find(devices, path, length);
    }
    root = root != NULL ? root : devices_first(devices);
    if (root == NULL) {
        log_line(devices->log, "%s: there is no disk with a file system that can be read", path);
    }
    return root;
}

static int no_file_system(const struct devices *devices, const struct place *place)
{
    if (place->error != ERR_UNKNOWN) {
        return place->error; /* logged when it was mounted */
    }
    return fail(devices->log, ERR_NOT_FOUND,
                "%s: no file system that can be read (ext2/3/4, FFS, FAT)",
                place->partition->slice.source.name);
}

/* "(hd0)100+50": sectors, without a file system. */
static int open_blocklist(const struct devices *devices, const struct place *place,
                          const char *text, struct file *file, struct node *node)
{
    const struct source *source = &place->partition->slice.source;
    struct volume *volume = arena_alloc(devices->arena, sizeof *volume);
    const char *name = arena_format(devices->arena, "%s%s", source->name, text);
    if (volume == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    *volume = (struct volume){.source = source, .log = devices->log};
    int error = blocklist_open(volume, node, text);
    return error != 0 ? error : file_open(file, node, name);
}

int devices_open_file(struct devices *devices, struct place *root, const char *path, bool quiet,
                      struct file *file, struct node *node)
{
    const char *rest;
    struct place *place = devices_resolve(devices, root, path, &rest);
    if (place == NULL) {
        return ERR_NOT_FOUND;
    }
    if (blocklist_is(rest)) {
        return open_blocklist(devices, place, rest, file, node);
    }
    struct volume *volume = devices_volume(devices, place);
    if (volume == NULL) {
        return no_file_system(devices, place);
    }
    const char *name = arena_format(devices->arena, "%s%s%s", place->partition->slice.source.name,
                                    rest[0] == '/' ? "" : "/", rest);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = path_find(volume, rest, node, quiet);
    return error != 0 ? error : file_open(file, node, name);
}
