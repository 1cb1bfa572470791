/* SPDX-License-Identifier: BSD-2-Clause */
/* Volume groups: from the newest metadata to logical disks. */
#include "fs/volume/lvm_group.h"

#include <stdio.h>
#include <string.h>

#include "fs/volume/assemble.h"
#include "fs/volume/lvm.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    SECTOR = 512,
    UUID_TEXT_SIZE = 48,
    VOLUMES = 4096, /* of each kind, in a group */
    DISK_NAME_SIZE = 4 * LVM_NAME_SIZE,
};

static size_t count_sections(const struct lvm_section *parent)
{
    struct lvm_section section;
    const char *cursor = NULL;
    char name[LVM_NAME_SIZE];
    size_t count = 0;
    while (count < VOLUMES && lvm_next_section(parent, &cursor, name, &section)) {
        count++;
    }
    return count;
}

/* ---- physical volumes ----------------------------------------------------------------------- */

/* The text has hyphens in a UUID, the label none. */
static bool same_uuid(const char *text, const char *label)
{
    for (; *text != '\0'; text++) {
        if (*text != '-' && *text != *label++) {
            return false;
        }
    }
    return *label == '\0';
}

static struct member *find_member(const struct lvm_group *group, const char *uuid)
{
    for (struct member *member = group->assembly->members; member != NULL; member = member->next) {
        const struct lvm_volume *volume = member->private;
        if (member->type == &lvm_type && volume != NULL && same_uuid(uuid, volume->uuid)) {
            return member;
        }
    }
    return NULL;
}

/* One that was missing when the metadata changed is as good as missing: its contents are old. */
static int find_physical(const struct lvm_group *group, const struct lvm_section *text,
                         struct lvm_physical *physical)
{
    char uuid[UUID_TEXT_SIZE] = "";
    uint64_t start = 0;
    (void)lvm_string(text, "id", uuid, sizeof uuid);
    (void)lvm_number(text, "pe_start", &start);
    struct member *member = find_member(group, uuid);
    if (member == NULL || !checked_mul(start, SECTOR, &physical->start)) {
        log_line(group->assembly->log, "volume group %s: %s (%s) is missing", group->name,
                 physical->name, uuid);
        return 0;
    }
    bool is_old = lvm_list_has(text, "flags", "MISSING");
    const char *source = member->partition->slice.source.name;
    if (is_old) {
        log_line(group->assembly->log, "%s: %s of volume group %s: it was missing: it is left out",
                 source, member->format, group->name);
    } else {
        physical->found = member;
    }
    member->whole = arena_format(group->arena, "volume group %s%s", group->name,
                                 is_old ? ", left out: it was missing" : "");
    return member->whole != NULL ? 0 : ERR_NO_MEMORY;
}

static int find_all_physical(struct lvm_group *group, const struct lvm_section *parent)
{
    struct lvm_section section;
    const char *cursor = NULL;
    size_t count = count_sections(parent);
    group->physical = arena_array(group->arena, count + 1, sizeof *group->physical);
    if (group->physical == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        struct lvm_physical *physical = &group->physical[i];
        if (lvm_next_section(parent, &cursor, physical->name, &section) &&
            find_physical(group, &section, physical) != 0) {
            return ERR_NO_MEMORY;
        }
    }
    group->physical_count = count;
    return 0;
}

/* ---- logical volumes ------------------------------------------------------------------------ */

struct lvm_logical *lvm_find_logical(const struct lvm_group *group, const char *name)
{
    for (size_t i = 0; i < group->logical_count; i++) {
        if (strcmp(group->logical[i].name, name) == 0) {
            return &group->logical[i];
        }
    }
    return NULL;
}

static int list_logical(struct lvm_group *group, const struct lvm_section *parent)
{
    const char *cursor = NULL;
    size_t count = count_sections(parent);
    group->logical = arena_array(group->arena, count + 1, sizeof *group->logical);
    if (group->logical == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        struct lvm_logical *logical = &group->logical[i];
        logical->is_visible = lvm_next_section(parent, &cursor, logical->name, &logical->text) &&
                              lvm_list_has(&logical->text, "status", "VISIBLE");
    }
    group->logical_count = count;
    return 0;
}

/* The volume of this name is refused; NULL: there is none. */
static struct lvm_logical *refuse(const struct lvm_group *group, const char *name, const char *why)
{
    struct lvm_logical *logical = lvm_find_logical(group, name);
    if (logical != NULL) {
        logical->state = LVM_REFUSED;
        logical->why = why;
    }
    return logical;
}

/* People know a snapshot by the name of its store, whatever is visible in the metadata. */
static void refuse_snapshot(const struct lvm_group *group, struct lvm_logical *snapshot,
                            const char *store)
{
    struct lvm_logical *logical = refuse(group, store, "snapshots are not read");
    if (logical != NULL) {
        snapshot->is_visible = false;
        logical->is_visible = true;
    }
}

/*
 * A snapshot is a volume that names its origin, which is read, and its store of what was there before
 * that changed, which by itself is nothing. While it is merged the origin is neither.
 */
static void refuse_snapshots(const struct lvm_group *group)
{
    for (size_t i = 0; i < group->logical_count; i++) {
        struct lvm_logical *logical = &group->logical[i];
        struct lvm_section segment;
        char name[LVM_NAME_SIZE];
        if (!lvm_section(&logical->text, "segment1", &segment)) {
            continue;
        }
        if (lvm_string(&segment, "cow_store", name, sizeof name)) {
            refuse_snapshot(group, logical, name);
        }
        if (lvm_string(&segment, "merging_store", name, sizeof name)) {
            refuse_snapshot(group, logical, name);
            if (lvm_string(&segment, "origin", name, sizeof name)) {
                (void)refuse(group, name, "a snapshot is being merged into it");
            }
        }
    }
}

/* Appends a name with its hyphens doubled: the one that joins two names is single. */
static void put_name(char *target, size_t size, const char *name)
{
    size_t used = strlen(target);
    for (; *name != '\0' && used + 2 < size; name++) {
        target[used++] = *name;
        if (*name == '-') {
            target[used++] = '-';
        }
    }
    target[used] = '\0';
}

static const char *disk_name(const struct lvm_group *group, const struct lvm_logical *logical)
{
    char name[DISK_NAME_SIZE] = "lvm/";
    put_name(name, sizeof name / 2, group->name);
    (void)snprintf(name + strlen(name), 2, "-");
    put_name(name, sizeof name, logical->name);
    return assembly_name(group->assembly, name);
}

/* The first of the group's members, and the largest sector of their disks. */
static struct member *first_member(const struct lvm_group *group, uint32_t *sector_size)
{
    *sector_size = SECTOR;
    for (size_t i = 0; i < group->physical_count; i++) {
        const struct member *found = group->physical[i].found;
        *sector_size =
            found != NULL && found->sector_size > *sector_size ? found->sector_size : *sector_size;
    }
    struct member *member = group->assembly->members;
    while (member != NULL) {
        for (size_t i = 0; i < group->physical_count; i++) {
            if (group->physical[i].found == member) {
                return member;
            }
        }
        member = member->next;
    }
    return NULL;
}

/* A named view of the volume: one and the same source can be a part of others. */
static int add_disk(const struct lvm_group *group, const struct lvm_logical *logical)
{
    struct logical_disk *disk = arena_alloc(group->arena, sizeof *disk);
    struct slice_source *slice = arena_alloc(group->arena, sizeof *slice);
    const char *name = disk_name(group, logical);
    char uuid[UUID_TEXT_SIZE] = "";
    uint32_t sector_size;
    if (disk == NULL || slice == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)lvm_string(&logical->text, "id", uuid, sizeof uuid);
    disk->member = first_member(group, &sector_size);
    disk->contents = &slice->source;
    disk->protection = "it is on a logical volume, which is only read";
    disk->description = arena_format(group->arena, "of volume group %s", group->name);
    disk->aliases[0] = arena_format(group->arena, "lvmid/%s/%s", group->uuid, uuid);
    if (disk->description == NULL || disk->aliases[0] == NULL) {
        return ERR_NO_MEMORY;
    }
    if (disk->member == NULL ||
        slice_source_open(slice, logical->source, 0, logical->source->size, name) != 0) {
        return 0; /* nothing of it is there */
    }
    return assembly_add(group->assembly, disk, sector_size);
}

static int add_volumes(struct lvm_group *group)
{
    for (size_t i = 0; i < group->logical_count; i++) {
        struct lvm_logical *logical = &group->logical[i];
        if (!logical->is_visible) {
            continue;
        }
        int error = lvm_make(group, logical);
        if (error == 0 && logical->state == LVM_MADE) {
            error = add_disk(group, logical);
        } else if (error == 0) {
            log_line(group->assembly->log, "logical volume %s of %s cannot be read: %s",
                     logical->name, group->name, logical->why);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

static int take_apart(struct lvm_group *group, const struct lvm_section *text)
{
    struct lvm_section physical = {0}, logical = {0};
    uint64_t extent = 0;
    if (!lvm_section(text, "physical_volumes", &physical) ||
        !lvm_number(text, "extent_size", &extent) || extent == 0 ||
        !checked_mul(extent, SECTOR, &group->extent_size)) {
        log_line(group->assembly->log, "volume group %s: its metadata cannot be right",
                 group->name);
        return 0;
    }
    (void)lvm_section(text, "logical_volumes", &logical); /* it may have none */
    if (find_all_physical(group, &physical) != 0 || list_logical(group, &logical) != 0) {
        return ERR_NO_MEMORY;
    }
    refuse_snapshots(group);
    return add_volumes(group);
}

int lvm_assemble(struct assembly *assembly, struct member *newest)
{
    const struct lvm_volume *volume = newest->private;
    struct lvm_group group = {
        .assembly = assembly, .arena = assembly->arena, .uuid = newest->array};
    struct lvm_section text, section;
    const char *cursor = NULL;
    char name[LVM_NAME_SIZE];
    int error = lvm_read_text(newest, &volume->text, assembly->arena, &text);
    if (error != 0) {
        return error == ERR_NO_MEMORY ? error : 0; /* logged */
    }
    if (!lvm_next_section(&text, &cursor, name, &section)) {
        return 0; /* it was there when the member was recognised */
    }
    group.name = arena_format(assembly->arena, "%s", name);
    return group.name != NULL ? take_apart(&group, &section) : ERR_NO_MEMORY;
}
