/* SPDX-License-Identifier: BSD-2-Clause */
/* What a segment is laid over: extents of physical volumes, or other logical ones, which are made for it. */
#include <string.h>

#include "fs/cache.h"
#include "fs/volume/assemble.h"
#include "fs/volume/leg.h"
#include "fs/volume/lvm.h"
#include "fs/volume/lvm_segment.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"

static const struct lvm_physical *find_physical(const struct lvm_group *group, const char *name)
{
    for (size_t i = 0; i < group->physical_count; i++) {
        if (strcmp(group->physical[i].name, name) == 0) {
            return &group->physical[i];
        }
    }
    return NULL;
}

/* Of a logical volume that cannot be read there is no leg, as of a physical one that is missing. */
static int find_below(const struct lvm_segment *segment, const char *name, struct leg *leg)
{
    const struct lvm_physical *physical = find_physical(segment->group, name);
    struct lvm_logical *logical = lvm_find_logical(segment->group, name);
    if (physical != NULL) {
        leg->below = physical->found != NULL ? &physical->found->partition->slice.source : NULL;
        leg->offset = physical->start;
        return 0;
    }
    if (logical == NULL) {
        return lvm_refuse(segment->logical, "its metadata name a volume that there is not");
    }
    if (logical->state == LVM_BEING_MADE) {
        return lvm_refuse(segment->logical, "it is made of itself");
    }
    int error = lvm_make(segment->group, logical);
    leg->below = logical->state == LVM_MADE ? logical->source : NULL;
    return error;
}

/* Adds a leg, from extent `extent` on. */
static int add_leg(struct lvm_segment *segment, const char *name, uint64_t extent)
{
    struct leg leg = {0};
    uint64_t offset;
    if (segment->columns == LVM_LEGS) {
        return lvm_refuse(segment->logical, "it has too many legs");
    }
    int error = find_below(segment, name, &leg);
    if (error != 0) {
        return error;
    }
    if (!checked_mul(extent, segment->group->extent_size, &offset) ||
        !checked_add(leg.offset, offset, &leg.offset)) {
        return lvm_refuse(segment->logical, "its extents cannot be right");
    }
    if (leg.below == NULL) {
        segment->missing++;
        segment->missing_name = arena_format(segment->group->arena, "%s", name);
        if (segment->missing_name == NULL) {
            return ERR_NO_MEMORY;
        }
    }
    segment->legs[segment->columns++] = leg;
    return 0;
}

int lvm_add_extents(struct lvm_segment *segment, const char *key)
{
    struct lvm_section items;
    char name[LVM_NAME_SIZE], number[LVM_NAME_SIZE];
    uint64_t extent;
    if (!lvm_list(&segment->text, key, &items)) {
        return lvm_refuse(segment->logical, "its metadata lack a list of extents");
    }
    while (lvm_next_item(&items, name)) {
        if (!lvm_next_item(&items, number) || !decimal_parse(number, UINT64_MAX, &extent)) {
            return lvm_refuse(segment->logical, "its extents cannot be right");
        }
        int error = add_leg(segment, name, extent);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- images of a RAID ------------------------------------------------------------------------ */

/* An image's metadata say how often they were written, and which images had failed by then. */
struct image_super {
    uint64_t events, failed;
    bool known, rebuilt;
};

/* Without a superblock of dm-raid's the volume was never in use. Returns 0 or ERR_NO_MEMORY. */
static int read_super(const struct lvm_segment *segment, const char *name,
                      struct image_super *super)
{
    struct lvm_logical *logical = lvm_find_logical(segment->group, name);
    uint8_t bytes[LVM_UNIT];
    *super = (struct image_super){0};
    int error = logical != NULL ? lvm_make(segment->group, logical) : 0;
    if (error != 0) {
        return error;
    }
    if (logical != NULL && logical->state == LVM_MADE && logical->source->size >= sizeof bytes &&
        cache_read(segment->group->assembly->cache, logical->source, 0, bytes, sizeof bytes) == 0) {
        super->known = le32(bytes) == LVM_RAID_MAGIC;
        super->events = le64(bytes + LVM_RAID_EVENTS);
        super->failed = le64(bytes + LVM_RAID_FAILED);
        super->rebuilt = le64(bytes + LVM_RAID_RECOVERED) != UINT64_MAX;
    }
    return 0;
}

/* What images hold that failed, were behind or not yet rebuilt is out of date. */
static void leave_out_old(struct lvm_segment *segment, const struct image_super *supers)
{
    const struct image_super *newest = &supers[0];
    for (unsigned i = 1; i < segment->columns; i++) {
        newest = supers[i].known && (!newest->known || supers[i].events > newest->events)
                     ? &supers[i]
                     : newest;
    }
    for (unsigned i = 0; newest->known && i < segment->columns; i++) {
        const struct image_super *super = &supers[i];
        struct leg *leg = &segment->legs[i];
        bool is_old = super->known && super->events + 1 < newest->events;
        bool has_failed = (newest->failed >> i & 1) != 0;
        if (leg->below != NULL && (is_old || has_failed || (super->known && super->rebuilt))) {
            log_line(segment->group->assembly->log,
                     "logical volume %s of %s: %s is out of date: it is left out",
                     segment->logical->name, segment->group->name, leg->below->name);
            segment->missing_name = leg->below->name;
            segment->missing++;
            leg->below = NULL;
        }
    }
}

/* A list of images, each with its metadata before it, but for stripes alone. */
int lvm_add_images(struct lvm_segment *segment)
{
    struct lvm_section items;
    struct image_super supers[LVM_LEGS] = {0};
    char name[LVM_NAME_SIZE];
    bool alone = lvm_list(&segment->text, "raid0_lvs", &items);
    if (!alone && !lvm_list(&segment->text, "raids", &items)) {
        return lvm_refuse(segment->logical, "its metadata lack a list of images");
    }
    while (lvm_next_item(&items, name)) {
        int error = alone || segment->columns == LVM_LEGS
                        ? 0
                        : read_super(segment, name, &supers[segment->columns]);
        if (error != 0) {
            return error;
        }
        if (!alone && !lvm_next_item(&items, name)) {
            return lvm_refuse(segment->logical, "its list of images ends too early");
        }
        error = add_leg(segment, name, 0);
        if (error != 0) {
            return error;
        }
    }
    leave_out_old(segment, supers);
    return 0;
}

bool lvm_legs_hold(const struct lvm_segment *segment, uint64_t size)
{
    for (unsigned i = 0; i < segment->columns; i++) {
        const struct leg *leg = &segment->legs[i];
        if (leg->below != NULL && !range_within(leg->offset, size, leg->below->size)) {
            return false;
        }
    }
    return true;
}
