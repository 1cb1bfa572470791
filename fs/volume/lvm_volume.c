/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logical volumes: segments one after the other, each laid over extents of physical volumes or of
 * other, hidden logical ones.
 *
 *      root            | segment 1: striped | segment 2: raid5                  |
 *                           |                    |           |           |
 *      pv0, hidden     extents 0-99        root_rimage_0 root_rimage_1 root_rimage_2
 */
#include "fs/volume/assemble.h"
#include "fs/volume/linear.h"
#include "fs/volume/lvm_segment.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum {
    SEGMENTS = 4096,
    DEPTH_LIMIT = 4, /* volumes within each other */
};

/* Makes segment `number`, which begins at *end, and moves *end past it. */
static int add_segment(struct lvm_group *group, struct lvm_logical *logical, uint64_t number,
                       struct linear_piece *piece, uint64_t *end)
{
    struct lvm_segment segment = {.group = group, .logical = logical};
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
        return lvm_refuse(logical, "its segments cannot be right");
    }
    int error = lvm_make_segment(&segment);
    *piece =
        (struct linear_piece){.start = start, .below = segment.source, .offset = segment.offset};
    return error;
}

static int make_volume(struct lvm_group *group, struct lvm_logical *logical)
{
    uint64_t count, size = 0;
    if (!lvm_number(&logical->text, "segment_count", &count) || count == 0 || count > SEGMENTS) {
        return lvm_refuse(logical, "its segments cannot be right");
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
        (void)lvm_refuse(logical, "it lies over too many others");
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
