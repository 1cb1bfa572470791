/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/devices.h"

#include "boot/device_name.h"
#include "boot/mirrors.h"
#include "fs/blocklist.h"
#include "fs/cache.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

/* ---- what there is -------------------------------------------------------------------------- */

static int list_partitions(struct devices *devices, struct disk *disk, struct partition_list *list)
{
    struct disk_source *source = arena_alloc(devices->arena, sizeof *source);
    if (source == NULL) {
        return ERR_NO_MEMORY;
    }
    disk_source_open(source, disk, devices->log);
    return partitions_find(list, &source->source, disk->sector_size, devices->cache,
                           devices->arena);
}

static void add_places(struct devices *devices, const struct disk *disk,
                       const struct partition_list *list)
{
    for (struct partition *partition = list->first; partition != NULL;
         partition = partition->next) {
        devices->places[devices->count++] = (struct place){.partition = partition, .disk = disk};
    }
}

int devices_open(struct devices *devices, struct disk *const *disks, size_t disk_count,
                 struct arena *arena, struct log *log)
{
    *devices = (struct devices){.arena = arena, .log = log, .cache = cache_create(arena)};
    struct partition_list *lists = arena_array(arena, disk_count + 1, sizeof *lists);
    size_t total = 0;
    if (devices->cache == NULL || lists == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < disk_count; i++) {
        if (disks[i]->size > 0) {
            int error = list_partitions(devices, disks[i], &lists[i]);
            if (error == ERR_NO_MEMORY) {
                return error;
            } /* any other has been logged: the list goes as far as the tables could be read */
        }
        total += lists[i].count;
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
