/* SPDX-License-Identifier: BSD-2-Clause */
/* Types of segments: each a source over its legs. */
#include "fs/volume/lvm_segment.h"

#include <string.h>

#include "fs/volume/assemble.h"
#include "fs/volume/copies.h"
#include "fs/volume/leg.h"
#include "fs/volume/mirror.h"
#include "fs/volume/parity.h"
#include "fs/volume/striped.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { COPIES_NEAR = 0x100 /* md's layout with so many near copies added */ };

int lvm_refuse(struct lvm_logical *logical, const char *why)
{
    logical->state = LVM_REFUSED;
    logical->why = why;
    return ERR_UNSUPPORTED;
}

int lvm_refuse_missing(const struct lvm_segment *segment)
{
    const char *why = arena_format(segment->group->arena, "%s is missing", segment->missing_name);
    return why != NULL ? lvm_refuse(segment->logical, why) : ERR_NO_MEMORY;
}

static struct source named_source(const struct lvm_segment *segment)
{
    return (struct source){.name = segment->logical->name,
                           .size = segment->size,
                           .log = segment->group->assembly->log};
}

static int make_stripes(struct lvm_segment *segment)
{
    struct striped *striped = arena_alloc(segment->group->arena, sizeof *striped);
    if (striped == NULL) {
        return ERR_NO_MEMORY;
    }
    if (segment->missing > 0) {
        return lvm_refuse_missing(segment);
    }
    uint64_t share = segment->columns > 0 ? segment->size / segment->columns : 0;
    bool divides = segment->chunk > 0 && share % segment->chunk == 0;
    if (segment->columns == 0 || !lvm_legs_hold(segment, share) ||
        (segment->columns > 1 && !divides)) {
        return lvm_refuse(segment->logical, "its stripes cannot be right");
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

static int make_mirror(struct lvm_segment *segment)
{
    struct mirror *mirror = arena_alloc(segment->group->arena, sizeof *mirror);
    if (mirror == NULL) {
        return ERR_NO_MEMORY;
    }
    if (segment->columns == 0 || !lvm_legs_hold(segment, segment->size)) {
        return lvm_refuse(segment->logical, "its images cannot be right");
    }
    if (segment->missing == segment->columns) {
        return lvm_refuse_missing(segment);
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

static int make_parity(struct lvm_segment *segment, unsigned parities, unsigned algorithm)
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
        !lvm_legs_hold(segment, segment->size / (layout.columns - parities))) {
        return lvm_refuse(segment->logical, "its images cannot be right");
    }
    if (segment->missing > parities) {
        return lvm_refuse_missing(segment);
    }
    parity->source = named_source(segment);
    segment->source = &parity->source;
    return parity_open(parity, &layout, segment->legs, segment->group->arena);
}

static int make_copies(struct lvm_segment *segment)
{
    struct copies *copies = arena_alloc(segment->group->arena, sizeof *copies);
    struct copies_layout layout;
    uint64_t near = 2, size, chunk;
    if (copies == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)lvm_number(&segment->text, "data_copies", &near); /* without it, two */
    uint64_t leg_size = segment->columns > 0 ? segment->size / segment->columns * near : 0;
    if (near > LVM_LEGS || segment->chunk == 0 || segment->columns == 0 ||
        !copies_layout_parse(&layout, (uint32_t)(COPIES_NEAR | near), segment->columns,
                             segment->chunk, leg_size, &size) ||
        size < segment->size || !lvm_legs_hold(segment, leg_size)) {
        return lvm_refuse(segment->logical, "its images cannot be right");
    }
    copies->source = named_source(segment);
    copies_open(copies, &layout, segment->legs);
    if (copies_lack(copies, &chunk)) {
        return lvm_refuse_missing(segment);
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

static int make_raid(struct lvm_segment *segment, const char *type)
{
    if (lvm_has(&segment->text, "data_offset") || lvm_has(&segment->text, "reshape_count")) {
        return lvm_refuse(segment->logical, "volumes that were reshaped are not read");
    }
    int error = lvm_add_images(segment);
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
    return lvm_refuse(segment->logical, "its kind of RAID is not read");
}

int lvm_make_segment(struct lvm_segment *segment)
{
    struct arena *arena = segment->group->arena;
    char type[LVM_NAME_SIZE] = "";
    uint64_t sectors = 0;
    int error;
    segment->legs = arena_array(arena, LVM_LEGS, sizeof *segment->legs);
    if (segment->legs == NULL) {
        return ERR_NO_MEMORY;
    }
    (void)lvm_string(&segment->text, "type", type, sizeof type);
    (void)lvm_number(&segment->text, "stripe_size", &sectors);
    segment->chunk = sectors <= UINT32_MAX ? sectors * LVM_UNIT : 0;
    if (strcmp(type, "striped") == 0 || strcmp(type, "linear") == 0) {
        error = lvm_add_extents(segment, "stripes");
        return error != 0 ? error : make_stripes(segment);
    }
    if (strcmp(type, "mirror") == 0) {
        error = lvm_add_extents(segment, "mirrors");
        return error != 0 ? error : make_mirror(segment);
    }
    if (strcmp(type, "zero") == 0) {
        return 0;
    }
    if (strncmp(type, "raid", strlen("raid")) == 0) {
        return make_raid(segment, type);
    }
    const char *why = arena_format(arena, "segments of type \"%s\" are not read", type);
    return why != NULL ? lvm_refuse(segment->logical, why) : ERR_NO_MEMORY;
}
