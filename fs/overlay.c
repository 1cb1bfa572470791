/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces do not overlap. They are kept sorted, in a B-tree of two levels: an array of leaves, each
 * of which is split when it is full.
 *
 *      leaves    | leaf | leaf | leaf | (spare leaves) |
 *                   |
 *      leaf      | piece | piece | piece | (free) |
 */
#include "fs/overlay.h"

#include <stdbool.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum {
    LEAF_PIECES = 85, /* which makes 2 KiB */
    FIRST_ROOM = 16,  /* leaves */
};

struct piece {
    uint64_t start;
    uint64_t length : 63, in_memory : 1;
    union {
        uint64_t place; /* bytes of the source that pieces are from */
        const uint8_t *memory;
    };
};

struct leaf {
    size_t count;
    struct piece pieces[LEAF_PIECES];
};

struct overlay {
    struct source source; /* first: a struct source * is a struct overlay * */
    const struct source *below, *from;
    struct arena *arena;
    struct leaf **leaves;
    size_t leaf_count;  /* leaves with pieces in them; all that are spare are after them */
    size_t leaves_made; /* those and the spare ones */
    size_t leaf_room;
    size_t piece_count;
};

static uint64_t end_of(const struct piece *piece)
{
    return piece->start + piece->length;
}

/* A piece without its first `skip` bytes. */
static struct piece rest_of(const struct piece *piece, uint64_t skip)
{
    struct piece rest = *piece;
    rest.start += skip;
    rest.length -= skip;
    if (rest.in_memory) {
        rest.memory += skip;
    } else {
        rest.place += skip;
    }
    return rest;
}

/* ---- looking up ----------------------------------------------------------------------------- */

/* The index of the last leaf that begins at or before `offset`, or 0. */
static size_t leaf_for(const struct overlay *overlay, uint64_t offset)
{
    size_t low = 0, high = overlay->leaf_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (overlay->leaves[middle]->pieces[0].start <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? low - 1 : 0;
}

/* The index of a leaf's first piece that begins after `offset`; its count where none does. */
static size_t index_after(const struct leaf *leaf, uint64_t offset)
{
    size_t low = 0, high = leaf->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (leaf->pieces[middle].start <= offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* The first piece that ends after `offset`, or NULL. */
static struct piece *piece_from(const struct overlay *overlay, uint64_t offset)
{
    if (overlay->leaf_count == 0) {
        return NULL;
    }
    size_t number = leaf_for(overlay, offset);
    struct leaf *leaf = overlay->leaves[number];
    size_t index = index_after(leaf, offset);
    if (index > 0 && end_of(&leaf->pieces[index - 1]) > offset) {
        return &leaf->pieces[index - 1];
    }
    if (index < leaf->count) {
        return &leaf->pieces[index];
    }
    return number + 1 < overlay->leaf_count ? &overlay->leaves[number + 1]->pieces[0] : NULL;
}

static void take_piece(const struct overlay *overlay, struct piece piece, struct extent *extent)
{
    extent->length = piece.length;
    if (piece.in_memory) {
        extent->kind = EXTENT_MEMORY;
        extent->memory = piece.memory;
    } else {
        extent->below = overlay->from;
        extent->offset = piece.place;
    }
}

static int overlay_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct overlay *overlay = (const struct overlay *)source;
    const struct piece *piece = piece_from(overlay, offset);
    *extent = (struct extent){.kind = EXTENT_BELOW, .below = overlay->below, .offset = offset};
    if (piece == NULL) {
        extent->length = source->size - offset;
    } else if (piece->start > offset) {
        extent->length = piece->start - offset;
    } else {
        take_piece(overlay, rest_of(piece, offset - piece->start), extent);
    }
    return 0;
}

/* ---- leaves --------------------------------------------------------------------------------- */

static int make_room(struct overlay *overlay)
{
    if (overlay->leaves_made < overlay->leaf_room) {
        return 0;
    }
    size_t room = overlay->leaf_room == 0 ? FIRST_ROOM : 2 * overlay->leaf_room;
    struct leaf **leaves = arena_array(overlay->arena, room, sizeof(struct leaf *));
    if (leaves == NULL) {
        return ERR_NO_MEMORY;
    }
    if (overlay->leaf_room > 0) {
        memcpy(leaves, overlay->leaves, overlay->leaf_room * sizeof(struct leaf *));
    }
    overlay->leaves = leaves;
    overlay->leaf_room = room;
    return 0;
}

static int make_spare(struct overlay *overlay)
{
    if (overlay->leaf_count < overlay->leaves_made) {
        return 0;
    }
    int error = make_room(overlay);
    if (error != 0) {
        return error;
    }
    struct leaf *leaf = arena_alloc(overlay->arena, sizeof *leaf);
    if (leaf == NULL) {
        return ERR_NO_MEMORY;
    }
    overlay->leaves[overlay->leaves_made++] = leaf;
    return 0;
}

/* Puts an empty leaf before the one of this number. */
static int add_leaf(struct overlay *overlay, size_t number)
{
    int error = make_spare(overlay);
    if (error != 0) {
        return error;
    }
    struct leaf **place = &overlay->leaves[number], *leaf = overlay->leaves[overlay->leaf_count];
    memmove(place + 1, place, (overlay->leaf_count - number) * sizeof(struct leaf *));
    *place = leaf;
    leaf->count = 0;
    overlay->leaf_count++;
    return 0;
}

/* A leaf without pieces becomes a spare one. */
static void drop_leaf(struct overlay *overlay, size_t number)
{
    struct leaf **place = &overlay->leaves[number], *leaf = *place;
    overlay->leaf_count--;
    memmove(place, place + 1, (overlay->leaf_count - number) * sizeof(struct leaf *));
    overlay->leaves[overlay->leaf_count] = leaf;
}

/*
 * Makes room in a full leaf for a piece at `index`: half of its pieces go to a new one after it. For
 * a piece at its end none do: what comes in its order fills every leaf.
 */
static int split_leaf(struct overlay *overlay, size_t number, size_t index)
{
    int error = add_leaf(overlay, number + 1);
    if (error != 0) {
        return error;
    }
    struct leaf *leaf = overlay->leaves[number], *next = overlay->leaves[number + 1];
    leaf->count = index == LEAF_PIECES ? LEAF_PIECES : LEAF_PIECES / 2;
    next->count = LEAF_PIECES - leaf->count;
    memcpy(next->pieces, &leaf->pieces[leaf->count], next->count * sizeof(struct piece));
    return 0;
}

/* ---- pieces --------------------------------------------------------------------------------- */

/* Adds a piece where there is none. */
static int insert(struct overlay *overlay, const struct piece *piece)
{
    int error = overlay->leaf_count == 0 ? add_leaf(overlay, 0) : 0;
    if (error != 0) {
        return error;
    }
    size_t number = leaf_for(overlay, piece->start);
    struct leaf *leaf = overlay->leaves[number];
    size_t index = index_after(leaf, piece->start);
    if (leaf->count == LEAF_PIECES) {
        error = split_leaf(overlay, number, index);
        if (error != 0) {
            return error;
        }
        if (index >= leaf->count) {
            index -= leaf->count;
            leaf = overlay->leaves[number + 1];
        }
    }
    struct piece *place = &leaf->pieces[index];
    memmove(place + 1, place, (leaf->count - index) * sizeof *place);
    *place = *piece;
    leaf->count++;
    overlay->piece_count++;
    return 0;
}

static void drop(struct overlay *overlay, struct piece *piece)
{
    size_t number = leaf_for(overlay, piece->start);
    struct leaf *leaf = overlay->leaves[number];
    leaf->count--;
    overlay->piece_count--;
    memmove(piece, piece + 1, (size_t)(&leaf->pieces[leaf->count] - piece) * sizeof *piece);
    if (leaf->count == 0) {
        drop_leaf(overlay, number);
    }
}

/* Takes what lies between `start` and `end` out of a piece. */
static int cut(struct overlay *overlay, struct piece *piece, uint64_t start, uint64_t end)
{
    bool goes_on = end_of(piece) > end;
    struct piece rest = goes_on ? rest_of(piece, end - piece->start) : (struct piece){0};
    if (piece->start < start) {
        piece->length = start - piece->start;
        return goes_on ? insert(overlay, &rest) : 0;
    }
    if (goes_on) {
        *piece = rest;
    } else {
        drop(overlay, piece);
    }
    return 0;
}

static int clear(struct overlay *overlay, uint64_t start, uint64_t end)
{
    struct piece *piece;
    while ((piece = piece_from(overlay, start)) != NULL && piece->start < end) {
        int error = cut(overlay, piece, start, end);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Makes the piece before a new one longer, where the new one goes on as that ends. */
static bool extend(struct overlay *overlay, const struct piece *piece)
{
    struct piece *before = piece->start > 0 ? piece_from(overlay, piece->start - 1) : NULL;
    bool goes_on = before != NULL && end_of(before) == piece->start && !before->in_memory &&
                   !piece->in_memory && before->place + before->length == piece->place;
    if (goes_on) {
        before->length += piece->length;
    }
    return goes_on;
}

static int put(struct overlay *overlay, const struct piece *piece)
{
    int error = overlay_forget(overlay, piece->start, piece->length);
    if (error != 0 || piece->length == 0 || extend(overlay, piece)) {
        return error;
    }
    return insert(overlay, piece);
}

int overlay_put(struct overlay *overlay, uint64_t offset, uint64_t length, uint64_t place)
{
    struct piece piece = {.start = offset, .length = length, .place = place};
    return range_within(place, length, overlay->from->size) ? put(overlay, &piece) : ERR_RANGE;
}

int overlay_put_memory(struct overlay *overlay, uint64_t offset, uint64_t length,
                       const uint8_t *memory)
{
    return put(overlay, &(struct piece){
                            .start = offset, .length = length, .in_memory = 1, .memory = memory});
}

int overlay_forget(struct overlay *overlay, uint64_t offset, uint64_t length)
{
    if (!range_within(offset, length, overlay->source.size)) {
        return ERR_RANGE;
    }
    return clear(overlay, offset, offset + length);
}

/* --------------------------------------------------------------------------------------------- */

struct overlay *overlay_create_from(const struct source *below, const struct source *from,
                                    struct arena *arena)
{
    struct overlay *overlay = arena_alloc(arena, sizeof *overlay);
    if (overlay != NULL) {
        overlay->source = (struct source){
            .name = below->name, .size = below->size, .log = below->log, .where = overlay_where};
        overlay->below = below;
        overlay->from = from;
        overlay->arena = arena;
    }
    return overlay;
}

struct overlay *overlay_create(const struct source *below, struct arena *arena)
{
    return overlay_create_from(below, below, arena);
}

const struct source *overlay_source(const struct overlay *overlay)
{
    return &overlay->source;
}

size_t overlay_count(const struct overlay *overlay)
{
    return overlay->piece_count;
}
