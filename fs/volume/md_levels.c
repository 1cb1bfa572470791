/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/md_levels.h"

#include <stdbool.h>

#include "fs/volume/assemble.h"
#include "fs/volume/copies.h"
#include "fs/volume/leg.h"
#include "fs/volume/linear.h"
#include "fs/volume/member.h"
#include "fs/volume/mirror.h"
#include "fs/volume/parity.h"
#include "fs/volume/striped.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

int md_refuse(const struct md_array *array, const char *why)
{
    return fail(array->assembly->log, ERR_UNSUPPORTED, "%s: %s", array->name, why);
}

static struct source named_source(const struct md_array *array, uint64_t size)
{
    return (struct source){.name = array->name, .size = size, .log = array->assembly->log};
}

/* Bytes of a member that hold whole chunks, where all of it is used. */
static uint64_t leg_size(const struct md_array *array, unsigned role)
{
    const struct md_super *super = array->members[role]->private;
    uint64_t chunk = array->super->chunk;
    return chunk == 0 ? super->data_size : super->data_size / chunk * chunk;
}

static int make_linear(const struct md_array *array, const struct source **made)
{
    unsigned count = array->super->disks;
    struct linear *linear = arena_alloc(array->arena, sizeof *linear);
    struct linear_piece *pieces = arena_array(array->arena, count, sizeof *pieces);
    uint64_t size = 0;
    if (linear == NULL || pieces == NULL) {
        return ERR_NO_MEMORY;
    }
    for (unsigned role = 0; role < count; role++) {
        pieces[role] = (struct linear_piece){
            .start = size, .below = array->legs[role].below, .offset = array->legs[role].offset};
        if (!checked_add(size, leg_size(array, role), &size)) {
            return md_refuse(array, "its size cannot be right");
        }
    }
    linear->source = named_source(array, size);
    linear_open(linear, pieces, count);
    *made = &linear->source;
    return 0;
}

/*
 * Members of different sizes make zones: all legs as far as the shortest one reaches, then those that
 * are longer as far as the shortest of these, and so on.
 *
 *      leg 0   | zone 0 |
 *      leg 1   | zone 0 | zone 1 |
 *      leg 2   | zone 0 | zone 1 |
 */
struct zone {
    uint64_t start;    /* bytes, in the array */
    uint64_t from, to; /* in each leg */
};

/* The smallest leg size that is larger than `from`, or 0. */
static uint64_t next_size(const struct md_array *array, uint64_t from)
{
    uint64_t next = 0;
    for (unsigned role = 0; role < array->super->disks; role++) {
        uint64_t size = leg_size(array, role);
        next = size > from && (next == 0 || size < next) ? size : next;
    }
    return next;
}

/* Opens the stripes of one zone. */
static int make_zone(const struct md_array *array, const struct zone *zone, struct striped *striped)
{
    uint64_t chunk = array->super->chunk;
    struct leg *legs = arena_array(array->arena, array->super->disks, sizeof *legs);
    unsigned columns = 0;
    uint64_t size;
    if (legs == NULL) {
        return ERR_NO_MEMORY;
    }
    for (unsigned role = 0; role < array->super->disks; role++) {
        if (leg_size(array, role) > zone->from) {
            legs[columns] = array->legs[role];
            legs[columns++].offset += zone->from;
        }
    }
    if (!checked_mul(zone->to - zone->from, columns, &size)) {
        return md_refuse(array, "its size cannot be right");
    }
    striped->source = named_source(array, size);
    striped_open(striped, legs, columns, chunk);
    if (array->super->layout == MD_RAID0_ORIGINAL) {
        striped->first = zone->start / chunk; /* chunks are counted through all zones */
    }
    return 0;
}

static int make_zones(const struct md_array *array, struct striped *zones,
                      struct linear_piece *pieces, struct linear *linear)
{
    struct zone zone = {.to = next_size(array, 0)};
    unsigned count = 0;
    while (zone.to > zone.from) {
        struct striped *striped = &zones[count];
        int error = make_zone(array, &zone, striped);
        if (error != 0) {
            return error;
        }
        pieces[count++] = (struct linear_piece){.start = zone.start, .below = &striped->source};
        if (!checked_add(zone.start, striped->source.size, &zone.start)) {
            return md_refuse(array, "its size cannot be right");
        }
        zone.from = zone.to;
        zone.to = next_size(array, zone.from);
    }
    linear->source = named_source(array, zone.start);
    linear_open(linear, pieces, count);
    return 0;
}

static int make_stripes(const struct md_array *array, const struct source **made)
{
    unsigned limit = array->super->disks;
    struct striped *zones = arena_array(array->arena, limit, sizeof *zones);
    struct linear_piece *pieces = arena_array(array->arena, limit, sizeof *pieces);
    struct linear *linear = arena_alloc(array->arena, sizeof *linear);
    uint32_t layout = array->super->layout;
    if (zones == NULL || pieces == NULL || linear == NULL) {
        return ERR_NO_MEMORY;
    }
    if (array->super->chunk == 0) {
        return md_refuse(array, "its chunk size cannot be right");
    }
    int error = make_zones(array, zones, pieces, linear);
    if (error != 0) {
        return error;
    }
    if (linear->count > 1 && layout != MD_RAID0_ORIGINAL && layout != MD_RAID0_ALTERNATE) {
        return md_refuse(array, "it does not say how members of different sizes are laid out");
    }
    *made = linear->count == 1 ? &zones[0].source : &linear->source;
    return 0;
}

static int make_mirror(const struct md_array *array, const struct source **made)
{
    struct mirror *mirror = arena_alloc(array->arena, sizeof *mirror);
    if (mirror == NULL) {
        return ERR_NO_MEMORY;
    }
    mirror_open(mirror, array->super->used, array->name, array->assembly->log);
    for (unsigned role = 0; role < array->super->disks; role++) {
        const struct leg *leg = &array->legs[role];
        if (leg->below != NULL) {
            int error = mirror_add(mirror, leg->below, leg->offset, array->arena);
            if (error != 0) {
                return error;
            }
        }
    }
    *made = &mirror->source;
    return 0;
}

static int make_parity(const struct md_array *array, const struct source **made)
{
    const struct md_super *super = array->super;
    bool has_layout = super->level != 4;
    struct parity_layout layout = {.columns = super->disks,
                                   .parities = super->level == 6 ? 2 : 1,
                                   .algorithm = has_layout ? super->layout : PARITY_LAST,
                                   .chunk = super->chunk};
    struct parity *parity = arena_alloc(array->arena, sizeof *parity);
    uint64_t size;
    if (parity == NULL) {
        return ERR_NO_MEMORY;
    }
    if (!parity_layout_valid(&layout) || !checked_mul(super->used / super->chunk * super->chunk,
                                                      layout.columns - layout.parities, &size)) {
        return md_refuse(array, "its layout cannot be right");
    }
    if (array->missing > 0 && !super->clean) {
        log_line(array->assembly->log,
                 "%s: it was in use: what the missing members had may come out wrong", array->name);
    }
    parity->source = named_source(array, size);
    *made = &parity->source;
    return parity_open(parity, &layout, array->legs, array->arena);
}

static int make_copies(const struct md_array *array, const struct source **made)
{
    const struct md_super *super = array->super;
    struct copies *copies = arena_alloc(array->arena, sizeof *copies);
    struct copies_layout layout;
    uint64_t size, chunk;
    if (copies == NULL) {
        return ERR_NO_MEMORY;
    }
    if (super->chunk == 0 || !copies_layout_parse(&layout, super->layout, super->disks,
                                                  super->chunk, super->used, &size)) {
        return md_refuse(array, "its layout cannot be right");
    }
    copies->source = named_source(array, size);
    copies_open(copies, &layout, array->legs);
    if (copies_lack(copies, &chunk)) {
        return fail(array->assembly->log, ERR_UNSUPPORTED,
                    "%s: %u of %u members are missing, and with them all copies of some chunks",
                    array->name, array->missing, super->disks);
    }
    *made = &copies->source;
    return 0;
}

static const struct md_level levels[] = {
    {make_linear, "linear array", MD_LEVEL_LINEAR, 0},
    {make_stripes, "RAID 0", MD_LEVEL_STRIPES, 0},
    {make_mirror, "mirror", MD_LEVEL_MIRROR, MD_MEMBERS},
    {make_parity, "RAID 4", 4, 1},
    {make_parity, "RAID 5", 5, 1},
    {make_parity, "RAID 6", 6, 2},
    {make_copies, "RAID 10", MD_LEVEL_COPIES, MD_MEMBERS},
};

const struct md_level *md_level_find(int number)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (levels[i].number == number) {
            return &levels[i];
        }
    }
    return NULL;
}
