/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logical volumes: segments one after the other, each laid over extents of physical volumes or of
 * other, hidden logical ones.
 *
 *      root            | segment 1: striped | segment 2: raid5                  |
 *                           |                    |           |           |
 *      pv0, hidden     extents 0-99        root_rimage_0 root_rimage_1 root_rimage_2
 */
#include <string.h>

#include "fs/cache.h"
#include "fs/volume/assemble.h"
#include "fs/volume/copies.h"
#include "fs/volume/leg.h"
#include "fs/volume/linear.h"
#include "fs/volume/lvm.h"
#include "fs/volume/lvm_group.h"
#include "fs/volume/member.h"
#include "fs/volume/mirror.h"
#include "fs/volume/parity.h"
#include "fs/volume/striped.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    SECTOR = 512,
    LEGS = 64, /* of one segment */
    SEGMENTS = 4096,
    DEPTH_LIMIT = 4,     /* volumes within each other */
    COPIES_NEAR = 0x100, /* md's layout with so many near copies added */
};

/* A segment that becomes a source. */
struct segment {
    struct lvm_group *group;
    struct lvm_logical *logical;
    struct lvm_section text;
    uint64_t size;  /* bytes */
    uint64_t chunk; /* bytes; 0: it says none */
    struct leg *legs;
    unsigned columns, missing;
    const char *missing_name;    /* of one that is */
    const struct source *source; /* that it became, from `offset` on */
    uint64_t offset;
};

static int refuse(struct lvm_logical *logical, const char *why)
{
    logical->state = LVM_REFUSED;
    logical->why = why;
    return ERR_UNSUPPORTED;
}

static int refuse_missing(const struct segment *segment)
{
    const char *why = arena_format(segment->group->arena, "%s is missing", segment->missing_name);
    return why != NULL ? refuse(segment->logical, why) : ERR_NO_MEMORY;
}

static struct source named_source(const struct segment *segment)
{
    return (struct source){.name = segment->logical->name,
                           .size = segment->size,
                           .log = segment->group->assembly->log};
}

/* ---- legs ----------------------------------------------------------------------------------- */

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
static int find_below(const struct segment *segment, const char *name, struct leg *leg)
{
    const struct lvm_physical *physical = find_physical(segment->group, name);
    struct lvm_logical *logical = lvm_find_logical(segment->group, name);
    if (physical != NULL) {
        leg->below = physical->found != NULL ? &physical->found->partition->slice.source : NULL;
        leg->offset = physical->start;
        return 0;
    }
    if (logical == NULL) {
        return refuse(segment->logical, "its metadata name a volume that there is not");
    }
    if (logical->state == LVM_BEING_MADE) {
        return refuse(segment->logical, "it is made of itself");
    }
    int error = lvm_make(segment->group, logical);
    leg->below = logical->state == LVM_MADE ? logical->source : NULL;
    return error;
}

/* Adds a leg, from extent `extent` on. */
static int add_leg(struct segment *segment, const char *name, uint64_t extent)
{
    struct leg leg = {0};
    uint64_t offset;
    if (segment->columns == LEGS) {
        return refuse(segment->logical, "it has too many legs");
    }
    int error = find_below(segment, name, &leg);
    if (error != 0) {
        return error;
    }
    if (!checked_mul(extent, segment->group->extent_size, &offset) ||
        !checked_add(leg.offset, offset, &leg.offset)) {
        return refuse(segment->logical, "its extents cannot be right");
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

/* A list of names, each with the number of an extent after it. */
static int add_extents(struct segment *segment, const char *key)
{
    struct lvm_section items;
    char name[LVM_NAME_SIZE], number[LVM_NAME_SIZE];
    uint64_t extent;
    if (!lvm_list(&segment->text, key, &items)) {
        return refuse(segment->logical, "its metadata lack a list of extents");
    }
    while (lvm_next_item(&items, name)) {
        if (!lvm_next_item(&items, number) || !decimal_parse(number, UINT64_MAX, &extent)) {
            return refuse(segment->logical, "its extents cannot be right");
        }
        int error = add_leg(segment, name, extent);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* An image's metadata say how often they were written, and which images had failed by then. */
struct image_super {
    uint64_t events, failed;
    bool known, rebuilt;
};

/* Without a superblock of dm-raid's the volume was never in use. Returns 0 or ERR_NO_MEMORY. */
static int read_super(const struct segment *segment, const char *name, struct image_super *super)
{
    struct lvm_logical *logical = lvm_find_logical(segment->group, name);
    uint8_t bytes[SECTOR];
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
static void leave_out_old(struct segment *segment, const struct image_super *supers)
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
static int add_images(struct segment *segment)
{
    struct lvm_section items;
    struct image_super supers[LEGS] = {0};
    char name[LVM_NAME_SIZE];
    bool alone = lvm_list(&segment->text, "raid0_lvs", &items);
    if (!alone && !lvm_list(&segment->text, "raids", &items)) {
        return refuse(segment->logical, "its metadata lack a list of images");
    }
    while (lvm_next_item(&items, name)) {
        int error = alone || segment->columns == LEGS
                        ? 0
                        : read_super(segment, name, &supers[segment->columns]);
        if (error != 0) {
            return error;
        }
        if (!alone && !lvm_next_item(&items, name)) {
            return refuse(segment->logical, "its list of images ends too early");
        }
        error = add_leg(segment, name, 0);
        if (error != 0) {
            return error;
        }
    }
    leave_out_old(segment, supers);
    return 0;
}

/* Do all legs that are there have `size` bytes? */
static bool legs_hold(const struct segment *segment, uint64_t size)
{
    for (unsigned i = 0; i < segment->columns; i++) {
        const struct leg *leg = &segment->legs[i];
        if (leg->below != NULL && !range_within(leg->offset, size, leg->below->size)) {
            return false;
        }
    }
    return true;
}

/* ---- types ---------------------------------------------------------------------------------- */

static int make_stripes(struct segment *segment)
{
    struct striped *striped = arena_alloc(segment->group->arena, sizeof *striped);
    if (striped == NULL) {
        return ERR_NO_MEMORY;
    }
    if (segment->missing > 0) {
        return refuse_missing(segment);
    }
    uint64_t share = segment->columns > 0 ? segment->size / segment->columns : 0;
    bool divides = segment->chunk > 0 && share % segment->chunk == 0;
    if (segment->columns == 0 || !legs_hold(segment, share) || (segment->columns > 1 && !divides)) {
        return refuse(segment->logical, "its stripes cannot be right");
    }
    if (segment->columns == 1) {
        segment->source = segment->legs[0].below;
        segment->offset = segment->legs[0].offset;
        return 0;
    }
    striped->source = named_source(segment);
    striped_open(striped, segment->legs, segment->columns, segment->chunk);
    segment->source = &striped->source;
    return 0;
}

static int make_mirror(struct segment *segment)
{
    struct mirror *mirror = arena_alloc(segment->group->arena, sizeof *mirror);
    if (mirror == NULL) {
        return ERR_NO_MEMORY;
    }
    if (segment->columns == 0 || !legs_hold(segment, segment->size)) {
        return refuse(segment->logical, "its images cannot be right");
    }
    if (segment->missing == segment->columns) {
        return refuse_missing(segment);
    }
    mirror_open(mirror, segment->size, segment->logical->name, segment->group->assembly->log);
    for (unsigned i = 0; i < segment->columns; i++) {
        const struct leg *leg = &segment->legs[i];
        int error = leg->below == NULL
                        ? 0
                        : mirror_add(mirror, leg->below, leg->offset, segment->group->arena);
        if (error != 0) {
            return error;
        }
    }
    segment->source = &mirror->source;
    return 0;
}

static int make_parity(struct segment *segment, unsigned parities, unsigned algorithm)
{
    struct parity_layout layout = {.columns = segment->columns,
                                   .parities = parities,
                                   .algorithm = algorithm,
                                   .chunk = segment->chunk};
    struct parity *parity = arena_alloc(segment->group->arena, sizeof *parity);
    if (parity == NULL) {
        return ERR_NO_MEMORY;
    }
    if (!parity_layout_valid(&layout) ||
        !legs_hold(segment, segment->size / (layout.columns - parities))) {
        return refuse(segment->logical, "its images cannot be right");
    }
    if (segment->missing > parities) {
        return refuse_missing(segment);
    }
    parity->source = named_source(segment);
    segment->source = &parity->source;
    return parity_open(parity, &layout, segment->legs, segment->group->arena);
}

static int make_copies(struct segment *segment)
{
    struct copies *copies = arena_alloc(segment->group->arena, sizeof *copies);
    struct copies_layout layout;
    uint64_t near = 2, size, chunk;
    if (copies == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)lvm_number(&segment->text, "data_copies", &near); /* without it, two */
    uint64_t leg_size = segment->columns > 0 ? segment->size / segment->columns * near : 0;
    if (near > LEGS || segment->chunk == 0 || segment->columns == 0 ||
        !copies_layout_parse(&layout, (uint32_t)(COPIES_NEAR | near), segment->columns,
                             segment->chunk, leg_size, &size) ||
        size < segment->size || !legs_hold(segment, leg_size)) {
        return refuse(segment->logical, "its images cannot be right");
    }
    copies->source = named_source(segment);
    copies_open(copies, &layout, segment->legs);
    if (copies_lack(copies, &chunk)) {
        return refuse_missing(segment);
    }
    segment->source = &copies->source;
    return 0;
}

/* Types of RAID, with md's numbers of their layouts. */
static const struct {
    const char *name;
    unsigned parities, algorithm;
} parity_types[] = {
    {"raid4", 1, PARITY_FIRST},
    {"raid5", 1, PARITY_LEFT_SYMMETRIC},
    {"raid5_la", 1, PARITY_LEFT_ASYMMETRIC},
    {"raid5_ra", 1, PARITY_RIGHT_ASYMMETRIC},
    {"raid5_ls", 1, PARITY_LEFT_SYMMETRIC},
    {"raid5_rs", 1, PARITY_RIGHT_SYMMETRIC},
    {"raid5_n", 1, PARITY_LAST},
    {"raid6", 2, PARITY_ROTATING_ZERO_RESTART},
    {"raid6_zr", 2, PARITY_ROTATING_ZERO_RESTART},
    {"raid6_nr", 2, PARITY_ROTATING_N_RESTART},
    {"raid6_nc", 2, PARITY_ROTATING_N_CONTINUE},
    {"raid6_n_6", 2, PARITY_LAST},
    {"raid6_la_6", 2, PARITY_WITH_LAST_Q + PARITY_LEFT_ASYMMETRIC},
    {"raid6_ra_6", 2, PARITY_WITH_LAST_Q + PARITY_RIGHT_ASYMMETRIC},
    {"raid6_ls_6", 2, PARITY_WITH_LAST_Q + PARITY_LEFT_SYMMETRIC},
    {"raid6_rs_6", 2, PARITY_WITH_LAST_Q + PARITY_RIGHT_SYMMETRIC},
};

static int make_raid(struct segment *segment, const char *type)
{
    if (lvm_has(&segment->text, "data_offset") || lvm_has(&segment->text, "reshape_count")) {
        return refuse(segment->logical, "volumes that were reshaped are not read");
    }
    int error = add_images(segment);
    if (error != 0) {
        return error;
    }
    if (strcmp(type, "raid0") == 0 || strcmp(type, "raid0_meta") == 0) {
        return make_stripes(segment);
    }
    if (strcmp(type, "raid1") == 0) {
        return make_mirror(segment);
    }
    if (strcmp(type, "raid10") == 0 || strcmp(type, "raid10_near") == 0) {
        return make_copies(segment);
    }
    for (size_t i = 0; i < sizeof parity_types / sizeof parity_types[0]; i++) {
        if (strcmp(type, parity_types[i].name) == 0) {
            return make_parity(segment, parity_types[i].parities, parity_types[i].algorithm);
        }
    }
    return refuse(segment->logical, "its kind of RAID is not read");
}

static int make_segment(struct segment *segment)
{
    struct arena *arena = segment->group->arena;
    char type[LVM_NAME_SIZE] = "";
    uint64_t sectors = 0;
    int error;
    segment->legs = arena_array(arena, LEGS, sizeof *segment->legs);
    if (segment->legs == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)lvm_string(&segment->text, "type", type, sizeof type);
    (void)lvm_number(&segment->text, "stripe_size", &sectors);
    segment->chunk = sectors <= UINT32_MAX ? sectors * SECTOR : 0;
    if (strcmp(type, "striped") == 0 || strcmp(type, "linear") == 0) {
        error = add_extents(segment, "stripes");
        return error != 0 ? error : make_stripes(segment);
    }
    if (strcmp(type, "mirror") == 0) {
        error = add_extents(segment, "mirrors");
        return error != 0 ? error : make_mirror(segment);
    }
    if (strcmp(type, "zero") == 0) {
        return 0;
    }
    if (strncmp(type, "raid", strlen("raid")) == 0) {
        return make_raid(segment, type);
    }
    const char *why = arena_format(arena, "segments of type \"%s\" are not read", type);
    return why != NULL ? refuse(segment->logical, why) : ERR_NO_MEMORY;
}

/* ---- a volume ------------------------------------------------------------------------------- */

/* Makes segment `number`, which begins at *end, and moves *end past it. */
static int add_segment(struct lvm_group *group, struct lvm_logical *logical, uint64_t number,
                       struct linear_piece *piece, uint64_t *end)
{
    struct segment segment = {.group = group, .logical = logical};
    const char *name = arena_format(group->arena, "segment%lu", number);
    uint64_t first, count, start;
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    if (!lvm_section(&logical->text, name, &segment.text) ||
        !lvm_number(&segment.text, "start_extent", &first) ||
        !lvm_number(&segment.text, "extent_count", &count) || count == 0 ||
        !checked_mul(first, group->extent_size, &start) || start != *end ||
        !checked_mul(count, group->extent_size, &segment.size) ||
        !checked_add(start, segment.size, end)) {
        return refuse(logical, "its segments cannot be right");
    }
    int error = make_segment(&segment);
    *piece =
        (struct linear_piece){.start = start, .below = segment.source, .offset = segment.offset};
    return error;
}

static int make_volume(struct lvm_group *group, struct lvm_logical *logical)
{
    uint64_t count, size = 0;
    if (!lvm_number(&logical->text, "segment_count", &count) || count == 0 || count > SEGMENTS) {
        return refuse(logical, "its segments cannot be right");
    }
    struct linear *linear = arena_alloc(group->arena, sizeof *linear);
    struct linear_piece *pieces = arena_array(group->arena, count, sizeof *pieces);
    if (linear == NULL || pieces == NULL) {
        return ERR_NO_MEMORY;
    }
    for (uint64_t i = 0; i < count; i++) {
        int error = add_segment(group, logical, i + 1, &pieces[i], &size);
        if (error != 0) {
            return error;
        }
    }
    linear->source =
        (struct source){.name = logical->name, .size = size, .log = group->assembly->log};
    linear_open(linear, pieces, count);
    logical->source = &linear->source;
    logical->state = LVM_MADE;
    return 0;
}

int lvm_make(struct lvm_group *group, struct lvm_logical *logical)
{
    if (logical->state != LVM_UNTRIED) {
        return 0;
    }
    if (group->depth == DEPTH_LIMIT) {
        (void)refuse(logical, "it lies over too many others");
        return 0;
    }
    logical->state = LVM_BEING_MADE;
    group->depth++;
    int error = make_volume(group, logical);
    group->depth--;
    if (error != 0 && error != ERR_NO_MEMORY && logical->state != LVM_REFUSED) {
        logical->state = LVM_REFUSED;
        logical->why = error_text(error);
    }
    return error == ERR_NO_MEMORY ? error : 0;
}
