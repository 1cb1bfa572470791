/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux's md: members take their roles, and their array becomes a logical disk. */
#include <stdbool.h>
#include <stdio.h>

#include "fs/volume/assemble.h"
#include "fs/volume/leg.h"
#include "fs/volume/md_levels.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- members in their roles ----------------------------------------------------------------- */

/* Do members differ in size, and all of each is used? */
static bool uses_all(const struct md_super *super)
{
    return super->level == MD_LEVEL_LINEAR || super->level == MD_LEVEL_STRIPES;
}

/* Why a member gives no leg to the array, or NULL. What the newest superblock says of it counts too. */
static const char *objection(const struct md_array *array, const struct md_super *super)
{
    const struct md_super *newest = array->super;
    unsigned role = super->roles[super->device];
    unsigned known = super->device < newest->device_count ? newest->roles[super->device] : role;
    if (role == MD_ROLE_FAULTY || known == MD_ROLE_FAULTY) {
        return "it has failed";
    }
    if (role >= MD_ROLE_LIMIT || known >= MD_ROLE_LIMIT) {
        return "it is a spare";
    }
    if (role != known || role >= newest->disks) {
        return "its role cannot be right";
    }
    if (super->rebuilt) {
        return "it was being rebuilt";
    }
    if (super->level != newest->level || (!uses_all(newest) && super->data_size < newest->used)) {
        return "it does not fit";
    }
    return array->members[role] != NULL ? "there is another one in its place" : NULL;
}

static int take_member(struct md_array *array, struct member *member)
{
    const struct md_super *super = member->private;
    const struct source *source = &member->partition->slice.source;
    const char *why = objection(array, super);
    member->whole = why == NULL
                        ? arena_format(array->arena, "(%s)", array->name)
                        : arena_format(array->arena, "(%s), left out: %s", array->name, why);
    if (member->whole == NULL) {
        return ERR_NO_MEMORY;
    }
    if (why != NULL) {
        log_line(array->assembly->log, "%s: %s of %s", source->name, member->format, member->whole);
        return 0;
    }
    unsigned role = super->roles[super->device];
    array->members[role] = member;
    array->legs[role] = (struct leg){.below = source, .offset = super->data_offset};
    array->missing--;
    return 0;
}

static int take_members(struct md_array *array, const struct member *newest)
{
    array->missing = array->super->disks;
    array->legs = arena_array(array->arena, array->super->disks, sizeof *array->legs);
    array->members = arena_array(array->arena, array->super->disks, sizeof(struct member *));
    if (array->legs == NULL || array->members == NULL) {
        return ERR_NO_MEMORY;
    }
    struct member *member = NULL;
    while ((member = assembly_next(array->assembly, newest, member)) != NULL) {
        int error = take_member(array, member);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- the array ------------------------------------------------------------------------------ */

static int name_array(struct md_array *array)
{
    const struct md_super *super = array->super;
    char name[MD_NAME_SIZE + sizeof "md/"];
    if (super->name[0] != '\0') {
        (void)snprintf(name, sizeof name, "md/%s", super->name);
    } else {
        (void)snprintf(name, sizeof name, "md/%02x%02x%02x%02x", super->uuid[0], super->uuid[1],
                       super->uuid[2], super->uuid[3]);
    }
    array->name = assembly_name(array->assembly, name);
    return array->name != NULL ? 0 : ERR_NO_MEMORY;
}

/* "md0", where the name is a number, and "mduuid/..." */
static int set_aliases(const struct md_array *array, struct logical_disk *disk)
{
    const struct md_super *super = array->super;
    char uuid[2 * MD_UUID_SIZE + 1];
    uint64_t number;
    for (size_t i = 0; i < MD_UUID_SIZE; i++) {
        (void)snprintf(uuid + 2 * i, sizeof uuid - 2 * i, "%02x", super->uuid[i]);
    }
    disk->aliases[0] = arena_format(array->arena, "mduuid/%s", uuid);
    if (decimal_parse(super->name, UINT32_MAX, &number)) {
        disk->aliases[1] = arena_format(array->arena, "md%s", super->name);
    }
    return disk->aliases[0] == NULL ? ERR_NO_MEMORY : 0;
}

/* "md RAID 5 of (hd0,1), (hd1,1), 1 missing"; each member knows its disk. */
static int set_members(const struct md_array *array, const char *level, struct logical_disk *disk)
{
    const char *separator = " of ";
    disk->description = arena_format(array->arena, "md %s", level);
    for (unsigned role = 0; disk->description != NULL && role < array->super->disks; role++) {
        struct member *member = array->members[role];
        if (member == NULL) {
            continue;
        }
        disk->description = arena_format(array->arena, "%s%s%s", disk->description, separator,
                                         member->partition->slice.source.name);
        separator = ", ";
        disk->member = disk->member != NULL ? disk->member : member;
        member->disk = disk;
    }
    if (disk->description != NULL && array->missing > 0) {
        disk->description =
            arena_format(array->arena, "%s, %u missing", disk->description, array->missing);
    }
    return disk->description != NULL ? 0 : ERR_NO_MEMORY;
}

/* The largest sector of a member's disk is the array's. */
static uint32_t sector_size(const struct md_array *array)
{
    uint32_t size = 0;
    for (unsigned role = 0; role < array->super->disks; role++) {
        const struct member *member = array->members[role];
        size = member != NULL && member->sector_size > size ? member->sector_size : size;
    }
    return size;
}

static int add_array(const struct md_array *array, const struct md_level *level,
                     const struct source *contents)
{
    struct logical_disk *disk = arena_alloc(array->arena, sizeof *disk);
    if (disk == NULL) {
        return ERR_NO_MEMORY;
    }
    disk->contents = contents;
    disk->protection = "it is on an md array, of which members would change alone";
    if (set_members(array, level->name, disk) != 0 || set_aliases(array, disk) != 0) {
        return ERR_NO_MEMORY;
    }
    if (array->missing > 0) {
        log_line(array->assembly->log, "%s: %s", array->name, disk->description);
    }
    return assembly_add(array->assembly, disk, sector_size(array));
}

/* Returns why none of the array can be read, or NULL. */
static const char *hindrance(const struct md_array *array, const struct md_level *level)
{
    if (level == NULL) {
        return "arrays of its level are not read";
    }
    if (array->super->reshaped) {
        return "it is being reshaped, which is not read";
    }
    return array->super->journaled ? "it has a write journal, which is not read" : NULL;
}

static int make_array(const struct md_array *array)
{
    const struct md_super *super = array->super;
    const struct md_level *level = md_level_find(super->level);
    const char *why = hindrance(array, level);
    const struct source *contents;
    if (why != NULL) {
        return md_refuse(array, why);
    }
    if (array->missing > level->spared || array->missing == super->disks) {
        return fail(array->assembly->log, ERR_UNSUPPORTED,
                    "%s: %u of %u members are missing: this %s cannot be read", array->name,
                    array->missing, super->disks, level->name);
    }
    int error = level->make(array, &contents);
    if (error != 0) {
        return error;
    }
    return contents->size == 0 ? md_refuse(array, "its size cannot be right")
                               : add_array(array, level, contents);
}

/* Says of the members of an array that could not be made that they are no use. */
static int give_up(const struct md_array *array)
{
    for (unsigned role = 0; role < array->super->disks; role++) {
        struct member *member = array->members[role];
        if (member != NULL) {
            member->whole = arena_format(array->arena, "(%s), which cannot be read", array->name);
        }
        if (member != NULL && member->whole == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    return 0;
}

int md_assemble(struct assembly *assembly, struct member *newest)
{
    struct md_array array = {
        .assembly = assembly, .arena = assembly->arena, .super = newest->private};
    if (name_array(&array) != 0 || take_members(&array, newest) != 0) {
        return ERR_NO_MEMORY;
    }
    int error = make_array(&array);
    return error == 0 || error == ERR_NO_MEMORY ? error : give_up(&array); /* it is logged */
}
