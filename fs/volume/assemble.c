/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/assemble.h"

#include <stdbool.h>
#include <string.h>

#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { DEPTH_LIMIT = 3 /* logical disks within each other */ };

static bool same_array(const struct member *one, const struct member *other)
{
    return one->type == other->type && strcmp(one->array, other->array) == 0;
}

/* ---- for formats ---------------------------------------------------------------------------- */

struct member *assembly_next(const struct assembly *assembly, const struct member *of,
                             const struct member *previous)
{
    struct member *member = previous == NULL ? assembly->members : previous->next;
    while (member != NULL && (member->newer != NULL || !same_array(member, of))) {
        member = member->next;
    }
    return member;
}

static bool is_taken(const struct assembly *assembly, const char *name)
{
    for (const struct logical_disk *disk = assembly->disks; disk != NULL; disk = disk->next) {
        if (strcmp(disk->contents->name, name) == 0) {
            return true;
        }
    }
    return false;
}

const char *assembly_name(const struct assembly *assembly, const char *name)
{
    const char *free = arena_format(assembly->arena, "%s", name);
    for (unsigned number = 0; free != NULL && is_taken(assembly, free); number++) {
        free = arena_format(assembly->arena, "%s_%u", name, number);
    }
    return free;
}

int assembly_add(struct assembly *assembly, struct logical_disk *disk, uint32_t sector_size)
{
    struct logical_disk **end = &assembly->disks;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = disk;
    int error = partitions_find(&disk->partitions, disk->contents, sector_size, assembly->cache,
                                assembly->arena);
    return error == ERR_NO_MEMORY ? error : 0; /* others are logged */
}

/* ---- one array ------------------------------------------------------------------------------ */

/* Of the same array, the first of those that have seen most. */
static struct member *newest_of(const struct assembly *assembly, struct member *member)
{
    struct member *newest = member;
    for (struct member *other = assembly->members; other != NULL; other = other->next) {
        newest = same_array(other, member) && other->age > newest->age ? other : newest;
    }
    return newest;
}

static void leave_out(const struct assembly *assembly, struct member *member,
                      const struct member *newer)
{
    member->newer = newer;
    log_line(assembly->log, "%s: %s, older than %s of the same array: it is left out",
             member->partition->slice.source.name, member->format,
             newer->partition->slice.source.name);
}

/* Is it one that turned up when the others of its array had been assembled? */
static bool comes_too_late(const struct assembly *assembly, const struct member *member)
{
    for (const struct member *other = assembly->members; other != NULL; other = other->next) {
        if (other->tried && same_array(other, member)) {
            return true;
        }
    }
    return false;
}

static int assemble_array(struct assembly *assembly, struct member *first)
{
    if (comes_too_late(assembly, first)) {
        first->tried = true;
        log_line(assembly->log, "%s: %s, found when the others had been assembled: it is left out",
                 first->partition->slice.source.name, first->format);
        return 0;
    }
    struct member *newest = newest_of(assembly, first);
    for (struct member *member = first; member != NULL; member = member->next) {
        if (!same_array(member, first)) {
            continue;
        }
        member->tried = true;
        if (newest->age - member->age > first->type->slack) {
            leave_out(assembly, member, newest);
        }
    }
    return first->type->assemble(assembly, newest);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static bool is_complete(const struct assembly *assembly, const struct member *of)
{
    unsigned count = 0;
    for (const struct member *m = assembly->members; m != NULL; m = m->next) {
        count += same_array(m, of) ? 1 : 0;
    }
    return count >= of->wanted;
}

/* What is assembled first: then no array is taken for one with members missing that come later. */
enum turn { TURN_COMPLETE, TURN_INCOMPLETE, TURN_LAST, TURN_FILE_SYSTEMS, TURNS };

static enum turn turn_of(const struct assembly *assembly, const struct member *member)
{
    if (member->type->is_file_system) {
        return TURN_FILE_SYSTEMS;
    }
    if (member->type->comes_last) {
        return TURN_LAST;
    }
    return is_complete(assembly, member) ? TURN_COMPLETE : TURN_INCOMPLETE;
}

/* Every array that has not been tried yet, and whose turn it is. */
static int assemble_arrays(struct assembly *assembly, enum turn turn)
{
    for (struct member *member = assembly->members; member != NULL; member = member->next) {
        if (member->array[0] != '\0' && !member->tried && turn_of(assembly, member) == turn) {
            int error = assemble_array(assembly, member);
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

/* Members in a list of logical disks. */
static int find_in_disks(struct assembly *assembly, const struct logical_disk *first)
{
    for (const struct logical_disk *disk = first; disk != NULL; disk = disk->next) {
        unsigned depth = disk->member->depth + 1;
        int error = depth >= DEPTH_LIMIT ? 0
                                         : members_find(&assembly->members, &disk->partitions,
                                                        depth, assembly->cache, assembly->arena);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* New logical disks may hold members of those arrays that come first. */
static int assemble_by_turns(struct assembly *assembly)
{
    for (unsigned turn = 0; turn < TURNS;) {
        struct logical_disk **end = &assembly->disks;
        while (*end != NULL) {
            end = &(*end)->next;
        }
        int error = assemble_arrays(assembly, turn);
        if (error != 0) {
            return error;
        }
        error = find_in_disks(assembly, *end);
        if (error != 0) {
            return error;
        }
        turn = *end != NULL ? TURN_COMPLETE : turn + 1;
    }
    return 0;
}

int assemble(struct assembly *assembly, const struct partition_list *disks, size_t count)
{
    assembly->lists = disks;
    assembly->list_count = count;
    for (size_t i = 0; i < count; i++) {
        int error =
            members_find(&assembly->members, &disks[i], 0, assembly->cache, assembly->arena);
        if (error != 0) {
            return error;
        }
    }
    return assemble_by_turns(assembly);
}
