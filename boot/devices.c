/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/devices.h"

#include "boot/device_name.h"
#include "fs/blocklist.h"
#include "fs/cache.h"
#include "fs/iso9660/iso9660.h"
#include "fs/volume/assemble.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

enum {
    MEMORY_SHARE = 64,   /* of a domain's memory: one in so many bytes */
    ROOM_MIN = 3 << 20,  /* the cache, and some mounted file systems */
    ROOM_MAX = 12 << 20, /* a journal of 256K blocks, mke2fs's largest, all over a disk */
};

/* ---- what there is -------------------------------------------------------------------------- */

/* The disks as sources, whose tables are fetched side by side. NULL: no memory. */
static struct disk_source *open_disks(struct devices *devices, struct disk *const *disks,
                                      size_t count)
{
    struct disk_source *sources = arena_array(devices->arena, count + 1, sizeof *sources);
    struct cache_place *heads = arena_array(devices->arena, count + 1, sizeof *heads);
    if (devices->cache == NULL || sources == NULL || heads == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        disk_source_open(&sources[i], disks[i], devices->log);
        heads[i].source = &sources[i].source;
    }
    cache_fetch(devices->cache, heads, count);
    return sources;
}

/*
 * The tables of every disk. An error, but that of no memory, has been logged: each list goes as far
 * as it could be read.
 */
static int list_all(const struct devices *devices, const struct disk_source *sources, size_t count,
                    struct partition_list *lists)
{
    for (size_t i = 0; i < count; i++) {
        const struct disk *disk = sources[i].disk;
        if (disk->size > 0 && partitions_find(&lists[i], &sources[i].source, disk->sector_size,
                                              devices->cache, devices->arena) == ERR_NO_MEMORY) {
            return ERR_NO_MEMORY;
        }
    }
    return 0;
}

/* Adds the places of a list; each logical disk stands after the member that it is read from. */
static void add_places(struct devices *devices, const struct partition_list *list,
                       const struct disk *disk, const struct logical_disk *logical,
                       const struct assembly *assembly)
{
    for (struct partition *partition = list->first; partition != NULL;
         partition = partition->next) {
        devices->places[devices->count++] =
            (struct place){.partition = partition, .disk = disk, .logical = logical};
        const struct member *member = partition->member;
        for (const struct logical_disk *d = assembly->disks; d != NULL; d = d->next) {
            if (d->member == member) {
                add_places(devices, &d->partitions, NULL, d, assembly);
            }
        }
    }
}

static int make_places(struct devices *devices, struct disk *const *disks,
                       const struct partition_list *lists, size_t count,
                       const struct assembly *assembly)
{
    size_t total = 1;
    for (size_t i = 0; i < count; i++) {
        total += lists[i].count;
    }
    for (const struct logical_disk *logical = assembly->disks; logical != NULL;
         logical = logical->next) {
        total += logical->partitions.count;
    }
    devices->places = arena_array(devices->arena, total, sizeof *devices->places);
    if (devices->places == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        add_places(devices, &lists[i], disks[i], NULL, assembly);
    }
    return 0;
}

size_t devices_room(uint64_t memory)
{
    return min_u64(max_u64(memory / MEMORY_SHARE, ROOM_MIN), ROOM_MAX);
}

int devices_open(struct devices *devices, struct disk *const *disks, size_t disk_count,
                 struct arena *arena, struct log *log)
{
    *devices = (struct devices){
        .arena = arena, .log = log, .lasting_log = log, .cache = cache_create(arena)};
    struct partition_list *lists = arena_array(arena, disk_count + 1, sizeof *lists);
    struct disk_source *sources = open_disks(devices, disks, disk_count);
    struct assembly assembly = {.cache = devices->cache, .arena = arena, .log = log};
    if (lists == NULL || sources == NULL || list_all(devices, sources, disk_count, lists) != 0 ||
        assemble(&assembly, lists, disk_count) != 0) {
        return ERR_NO_MEMORY;
    }
    return make_places(devices, disks, lists, disk_count, &assembly);
}

void devices_look_ahead(const struct devices *devices, size_t first)
{
    struct cache_place heads[DEVICES_AHEAD];
    size_t count = min_u64(DEVICES_AHEAD, devices->count - first);
    for (size_t i = 0; i < count; i++) {
        heads[i].source = &devices->places[first + i].partition->slice.source;
        heads[i].offset = 0;
    }
    cache_fetch(devices->cache, heads, count);
}

/* ---- file systems --------------------------------------------------------------------------- */

struct volume *devices_volume(struct devices *devices, struct place *place)
{
    if (!place->tried) {
        place->tried = true;
        place->error = place_mount(place, devices->cache, devices->arena, devices->lasting_log);
    }
    return place->error == 0 ? &place->volume : NULL;
}

/* An ISO 9660 leaves room for a table before it, and is made with one: for disks and for CD-ROMs. */
static bool is_hybrid(struct devices *devices, struct place *place)
{
    return place->partition->divided && !place_starts_as_a_part(place) &&
           devices_volume(devices, place) != NULL && place->volume.type == &iso9660_type;
}

/* Of the file system and the table one is older, and nobody can say which: the table counts. */
static void report_divided(struct devices *devices, struct place *place)
{
    if (!place_starts_as_a_part(place) && devices_volume(devices, place) != NULL) {
        log_line(devices->log, "%s: %s lies beside the %s: only what the table lists is looked at",
                 place->partition->slice.source.name, place->volume.details,
                 place->partition->table);
    }
}

static void report_member(const struct devices *devices, const struct place *place,
                          const struct member *member)
{
    char text[MEMBER_TEXT_SIZE];
    member_describe(member, text);
    log_line(devices->log, "%s is on %s, %s: it is passed over",
             place->partition->slice.source.name, member->partition->slice.source.name, text);
}

struct volume *devices_searched(struct devices *devices, struct place *place)
{
    const struct member *member = place_on_member(place);
    bool is_new = !place->passed_over;
    place->passed_over = place->partition->divided || member != NULL;
    if (!place->passed_over || (member == NULL && is_hybrid(devices, place))) {
        return devices_volume(devices, place);
    }
    if (is_new && member != NULL) {
        report_member(devices, place, member);
    } else if (is_new) {
        report_divided(devices, place);
    }
    return NULL;
}

void devices_describe(struct devices *devices, struct place *place, char text[PLACE_TEXT_SIZE])
{
    (void)devices_volume(devices, place); /* what is wrong with one is logged, and described */
    place_describe(place, devices->cache, text);
}

struct place *devices_first(struct devices *devices)
{
    for (size_t i = 0; i < devices->count; i++) {
        if (devices_searched(devices, &devices->places[i]) != NULL) {
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

int devices_no_volume(struct devices *devices, struct place *place)
{
    char text[PLACE_TEXT_SIZE];
    if (place->error != ERR_UNKNOWN) {
        return place->error; /* logged when it was mounted */
    }
    devices_describe(devices, place, text);
    return fail(devices->log, ERR_NOT_FOUND, "%s: %s", place->partition->slice.source.name, text);
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
    *volume = (struct volume){.source = source, .log = devices->lasting_log};
    int error = blocklist_open(volume, node, text);
    if (error != 0) {
        return error;
    }
    return file_open(file, node, name);
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
        return devices_no_volume(devices, place);
    }
    const char *name = arena_format(devices->arena, "%s%s%s", place->partition->slice.source.name,
                                    rest[0] == '/' ? "" : "/", rest);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = path_find(volume, rest, node, quiet);
    if (error != 0) {
        return error;
    }
    return file_open(file, node, name);
}
