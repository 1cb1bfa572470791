/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/assemble.h"

#include <stdbool.h>
#include <string.h>

#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { DEPTH_LIMIT = 2 /* logical disks within each other */ };

static bool same_array(const struct member *one, const struct member *other)
{
    return strcmp(one->array, other->array) == 0;
}

/* Of the same array, the first of those that have seen most. */
static const struct member *newest_of(const struct assembly *assembly, const struct member *member)
{
    const struct member *newest = member;
    for (const struct member *other = assembly->members; other != NULL; other = other->next) {
        newest = same_array(other, member) && other->age > newest->age ? other : newest;
    }
    return newest;
}

static struct logical_disk *disk_of(const struct assembly *assembly, const struct member *member)
{
    struct logical_disk *disk = assembly->disks;
    while (disk != NULL && !same_array(disk->member, member)) {
        disk = disk->next;
    }
    return disk;
}

/* The number that it had last or, where another one has that, the next that is free. */
static unsigned free_number(const struct assembly *assembly, unsigned number)
{
    const struct logical_disk *disk = assembly->disks;
    while (disk != NULL) {
        bool taken = disk->number == number;
        number += taken ? 1 : 0;
        disk = taken ? assembly->disks : disk->next;
    }
    return number;
}

static void append(struct logical_disk **disks, struct logical_disk *disk)
{
    while (*disks != NULL) {
        disks = &(*disks)->next;
    }
    *disks = disk;
}

/* Makes the logical disk over `member`, and lists its partitions. */
static int make_disk(struct assembly *assembly, const struct member *member)
{
    const struct source *below = &member->partition->slice.source;
    struct logical_disk *disk = arena_alloc(assembly->arena, sizeof *disk);
    unsigned number = free_number(assembly, member->number);
    const char *name = arena_format(assembly->arena, "raid%u", number);
    if (disk == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    disk->number = number;
    disk->member = member;
    mirror_open(&disk->contents, member->size, name, assembly->log);
    int error = mirror_add(&disk->contents, below, member->start, assembly->arena);
    if (error != 0) {
        return error;
    }
    append(&assembly->disks, disk);
    return partitions_find(&disk->partitions, &disk->contents.source, member->sector_size,
                           assembly->cache, assembly->arena);
}

/* Makes `member` one of the disk's. */
static int join(struct assembly *assembly, struct logical_disk *disk, struct member *member)
{
    const struct source *source = &member->partition->slice.source;
    if (member != disk->member) {
        int error = mirror_add(&disk->contents, source, member->start, assembly->arena);
        if (error != 0) {
            return error == ERR_RANGE ? 0 : error; /* logged, and the others are enough */
        }
    }
    const char *name = source->name;
    disk->description = disk->description == NULL
                            ? arena_format(assembly->arena, "mirror of %s", name)
                            : arena_format(assembly->arena, "%s, %s", disk->description, name);
    member->disk = disk;
    return disk->description == NULL ? ERR_NO_MEMORY : 0;
}

static void leave_out(struct assembly *assembly, struct member *member, const struct member *newer)
{
    member->newer = newer;
    log_line(assembly->log, "%s: %s, older than %s of the same mirror: it is left out",
             member->partition->slice.source.name, member->format,
             newer->partition->slice.source.name);
}

static int place_member(struct assembly *assembly, struct member *member)
{
    if (disk_of(assembly, member) == NULL) {
        int error = make_disk(assembly, newest_of(assembly, member));
        if (error == ERR_NO_MEMORY) {
            return error;
        }
    }
    struct logical_disk *disk = disk_of(assembly, member);
    if (disk == NULL) {
        return 0; /* why it could not be made is logged */
    }
    if (member->age < disk->member->age) {
        leave_out(assembly, member, disk->member);
        return 0;
    }
    return join(assembly, disk, member);
}

/* Every member that has not got its place yet, and can be read as a part of something. */
static int place_members(struct assembly *assembly)
{
    for (struct member *member = assembly->members; member != NULL; member = member->next) {
        if (member->size > 0 && member->disk == NULL && member->newer == NULL) {
            int error = place_member(assembly, member);
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

/* Members in the logical disks that have come after `known`; NULL: after none. */
static int find_in_disks(struct assembly *assembly, const struct logical_disk *first)
{
    for (const struct logical_disk *disk = first; disk != NULL; disk = disk->next) {
        int error =
            members_find(&assembly->members, &disk->partitions, assembly->cache, assembly->arena);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

int assemble(struct assembly *assembly, const struct partition_list *disks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int error = members_find(&assembly->members, &disks[i], assembly->cache, assembly->arena);
        if (error != 0) {
            return error;
        }
    }
    struct logical_disk **end = &assembly->disks;
    for (unsigned depth = 0; depth < DEPTH_LIMIT; depth++) {
        int error = place_members(assembly);
        if (error != 0) {
            return error;
        }
        error = find_in_disks(assembly, *end);
        if (error != 0) {
            return error;
        }
        while (*end != NULL) {
            end = &(*end)->next;
        }
    }
    return 0;
}
