/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices of a btrfs that lies on several: together they are a logical disk, of which the file system
 * itself reads each device (fs/btrfs/space.h). One that is the only one is no member of anything.
 */
#include <stdio.h>
#include <string.h>

#include "fs/btrfs/devices.h"
#include "fs/btrfs/disk.h"
#include "fs/volume/assemble.h"
#include "fs/volume/linear.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* What a device's superblock says. */
struct btrfs_member {
    uint64_t id, generation;
    uint8_t uuid[UUID_BYTES];
    char label[LABEL_SIZE];
};

/* ---- one device ----------------------------------------------------------------------------- */

static int fill(struct member *member, const uint8_t *super, struct arena *arena)
{
    struct btrfs_member *found = arena_alloc(arena, sizeof *found);
    if (found == NULL) {
        return ERR_NO_MEMORY;
    }
    found->id = le64(super + SUPER_DEVICE + DEVICE_ID);
    found->generation = le64(super + SUPER_GENERATION);
    memcpy(found->uuid, super + SUPER_DEVICE + DEVICE_UUID, UUID_BYTES);
    memcpy(found->label, super + SUPER_LABEL, LABEL_SIZE - 1);
    for (size_t i = 0; i < UUID_BYTES; i++) {
        (void)snprintf(member->array + 2 * i, 3, "%02x", super[SUPER_FSID + i]);
    }
    (void)snprintf(member->format, sizeof member->format, "device %lu", found->id);
    member->private = found;
    member->age = found->generation;
    member->wanted = (unsigned)min_u64(le64(super + SUPER_DEVICES), UINT32_MAX);
    return 0;
}

/* What is damaged is no member: mounting it says why. */
static int recognise(const struct partition *partition, struct cache *cache, struct arena *arena,
                     struct member *member)
{
    uint8_t super[SUPER_SIZE];
    unsigned copy;
    if (partition->divided) {
        return ERR_UNKNOWN; /* beside a partition table it is left over */
    }
    int error = btrfs_find_super(&partition->slice.source, cache, super, &copy);
    if (error != 0 || le64(super + SUPER_DEVICES) < 2) {
        return error == 0 || error == ERR_CORRUPT ? ERR_UNKNOWN : error;
    }
    return fill(member, super, arena);
}

/* ---- all of them ---------------------------------------------------------------------------- */

struct btrfs_pool {
    struct assembly *assembly;
    struct logical_disk *disk;
    struct btrfs_devices *devices;
    struct btrfs_device *list; /* of those */
    struct linear_piece *pieces;
    const char *name; /* "btrfs/data" */
    uint64_t size;    /* bytes of all devices */
    uint32_t sector_size;
};

/* The label, where it can stand in a name; or the beginning of the UUID. */
static const char *name_pool(const struct btrfs_pool *pool, const struct member *newest)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const struct btrfs_member *private = newest->private;
    char name[LABEL_SIZE + sizeof "btrfs/"];
    bool is_plain =
        private->label[0] != '\0' && private->label[strspn(private->label, allowed)] == '\0';
    (void)snprintf(name, sizeof name, "btrfs/%.*s", is_plain ? LABEL_SIZE : 8,
                   is_plain ? private->label : newest->array);
    return assembly_name(pool->assembly, name);
}

static size_t count_members(const struct btrfs_pool *pool, struct member *newest)
{
    size_t count = 0;
    for (struct member *m = NULL; (m = assembly_next(pool->assembly, newest, m)) != NULL;) {
        count++;
    }
    return count;
}

static bool has_device(const struct btrfs_pool *pool, uint64_t id)
{
    for (size_t i = 0; i < pool->devices->count; i++) {
        if (pool->list[i].id == id) {
            return true;
        }
    }
    return false;
}

/* Adds a device after those that are there. */
static int take(struct btrfs_pool *pool, struct member *member)
{
    const struct btrfs_member *private = member->private;
    const struct source *source = &member->partition->slice.source;
    size_t index = pool->devices->count;
    bool is_copy = has_device(pool, private->id);
    member->whole = arena_format(pool->assembly->arena, "(%s)%s", pool->name,
                                 is_copy ? ", left out: there is another one in its place" : "");
    if (member->whole == NULL) {
        return ERR_NO_MEMORY;
    }
    if (is_copy || !checked_add(pool->size, source->size, &pool->size)) {
        log_line(pool->assembly->log, "%s: %s of %s", source->name, member->format, member->whole);
        return 0;
    }
    pool->list[index] = (struct btrfs_device){.id = private->id, .source = source};
    memcpy(pool->list[index].uuid, private->uuid, UUID_BYTES);
    pool->pieces[index] =
        (struct linear_piece){.start = pool->size - source->size, .below = source};
    pool->devices->count++;
    pool->sector_size =
        member->sector_size > pool->sector_size ? member->sector_size : pool->sector_size;
    pool->disk->description = arena_format(pool->assembly->arena, "%s%s%s",
                                           index == 0 ? "btrfs of " : pool->disk->description,
                                           index == 0 ? "" : ", ", source->name);
    pool->disk->member = pool->disk->member != NULL ? pool->disk->member : member;
    member->disk = pool->disk;
    return pool->disk->description != NULL ? 0 : ERR_NO_MEMORY;
}

/* The newest one first: its superblock counts. */
static int take_all(struct btrfs_pool *pool, struct member *newest)
{
    int error = take(pool, newest);
    for (struct member *m = NULL;
         error == 0 && (m = assembly_next(pool->assembly, newest, m)) != NULL;) {
        error = m != newest ? take(pool, m) : 0;
    }
    return error;
}

static int report_missing(const struct btrfs_pool *pool, unsigned wanted)
{
    if (pool->devices->count >= wanted) {
        return 0;
    }
    pool->disk->description = arena_format(pool->assembly->arena, "%s, %lu missing",
                                           pool->disk->description, wanted - pool->devices->count);
    if (pool->disk->description == NULL) {
        return ERR_NO_MEMORY;
    }
    log_line(pool->assembly->log, "%s: %s", pool->name, pool->disk->description);
    return 0;
}

static int add_disk(const struct btrfs_pool *pool)
{
    struct linear *contents = arena_alloc(pool->assembly->arena, sizeof *contents);
    if (contents == NULL) {
        return ERR_NO_MEMORY;
    }
    contents->source =
        (struct source){.name = pool->name, .size = pool->size, .log = pool->assembly->log};
    linear_open(contents, pool->pieces, pool->devices->count);
    pool->disk->contents = &contents->source;
    pool->disk->protection = "its file system lies on several devices";
    int error = assembly_add(pool->assembly, pool->disk, pool->sector_size);
    if (error == 0) {
        pool->disk->partitions.first->devices = pool->devices;
    }
    return error;
}

static int assemble_pool(struct assembly *assembly, struct member *newest)
{
    struct arena *arena = assembly->arena;
    struct btrfs_pool pool = {.assembly = assembly,
                              .disk = arena_alloc(arena, sizeof *pool.disk),
                              .devices = arena_alloc(arena, sizeof *pool.devices)};
    size_t count = count_members(&pool, newest);
    pool.list = arena_array(arena, count, sizeof *pool.list);
    pool.pieces = arena_array(arena, count, sizeof *pool.pieces);
    pool.name = name_pool(&pool, newest);
    if (pool.disk == NULL || pool.devices == NULL || pool.list == NULL || pool.pieces == NULL ||
        pool.name == NULL) {
        return ERR_NO_MEMORY;
    }
    pool.devices->devices = pool.list;
    int error = take_all(&pool, newest);
    if (error == 0) {
        error = report_missing(&pool, newest->wanted);
    }
    return error != 0 ? error : add_disk(&pool);
}

/* What is written to all devices comes before any superblock: of two generations each is up to date. */
const struct member_type btrfs_member_type = {
    .recognise = recognise, .assemble = assemble_pool, .slack = 1, .is_file_system = true};
