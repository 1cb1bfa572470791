/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces lie in lists, one for each window of the source (windows of the same hash share one), the
 * newest first. No piece leaves its window, and one that covers the same bytes as an older one
 * takes its place, so that a list stays as short as the journal's blocks are few.
 */
#include "fs/overlay.h"

#include <stdbool.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum {
    WINDOW = 65536,   /* bytes */
    LISTS = 1024,     /* a power of two */
    LOOK_AHEAD = 256, /* windows without a piece that one extent can cover */
};

struct piece {
    struct piece *next;
    uint64_t start, length;
    uint64_t place;        /* bytes of the source below, or ... */
    const uint8_t *memory; /* not NULL */
};

struct overlay {
    struct source source; /* first: a struct source * is a struct overlay * */
    const struct source *below;
    struct arena *arena;
    size_t count;
    struct piece *lists[LISTS];
};

static uint64_t window_of(uint64_t offset)
{
    return offset / WINDOW;
}

static struct piece *const *list_of(const struct overlay *overlay, uint64_t window)
{
    return &overlay->lists[window % LISTS];
}

/* ---- looking up ----------------------------------------------------------------------------- */

static bool covers(const struct piece *piece, uint64_t offset)
{
    return offset >= piece->start && offset - piece->start < piece->length;
}

/*
 * The piece that counts at `offset`, or NULL; *length is how far that goes, at most to the window's
 * end.
 */
static const struct piece *look_up(const struct overlay *overlay, uint64_t offset, uint64_t *length)
{
    uint64_t window = window_of(offset);
    *length = WINDOW - offset % WINDOW;
    for (const struct piece *piece = *list_of(overlay, window); piece != NULL;
         piece = piece->next) {
        if (window_of(piece->start) != window) {
            continue;
        }
        if (covers(piece, offset)) {
            *length = min_u64(*length, piece->start + piece->length - offset);
            return piece;
        }
        if (piece->start > offset) {
            *length = min_u64(*length, piece->start - offset);
        }
    }
    return NULL;
}

/* How many bytes from the start of a window on are those below. */
static uint64_t look_ahead(const struct overlay *overlay, uint64_t offset)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < LOOK_AHEAD && offset + total < overlay->source.size; i++) {
        uint64_t length;
        if (look_up(overlay, offset + total, &length) != NULL) {
            break;
        }
        total += length;
        if (length < WINDOW) {
            break;
        }
    }
    return total;
}

static int overlay_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct overlay *overlay = (const struct overlay *)source;
    uint64_t length;
    const struct piece *piece = look_up(overlay, offset, &length);
    *extent = (struct extent){.kind = EXTENT_BELOW, .length = length, .below = overlay->below};
    if (piece == NULL) {
        bool whole = (offset + length) % WINDOW == 0;
        extent->length += whole ? look_ahead(overlay, offset + length) : 0;
        extent->offset = offset;
    } else if (piece->memory != NULL) {
        extent->kind = EXTENT_MEMORY;
        extent->memory = piece->memory + (offset - piece->start);
    } else {
        extent->offset = piece->place + (offset - piece->start);
    }
    return 0;
}

/* ---- putting -------------------------------------------------------------------------------- */

/* Takes the piece of exactly these bytes out of its list, or makes one. NULL: no memory. */
static struct piece *take_piece(struct overlay *overlay, struct piece **list, uint64_t start,
                                uint64_t length)
{
    for (struct piece **link = list; *link != NULL; link = &(*link)->next) {
        struct piece *piece = *link;
        if (piece->start == start && piece->length == length) {
            *link = piece->next;
            return piece;
        }
    }
    struct piece *piece = arena_alloc(overlay->arena, sizeof *piece);
    overlay->count += piece != NULL ? 1 : 0;
    return piece;
}

static int put_piece(struct overlay *overlay, uint64_t start, uint64_t length, uint64_t place,
                     const uint8_t *memory)
{
    struct piece **list = &overlay->lists[window_of(start) % LISTS];
    struct piece *piece = take_piece(overlay, list, start, length);
    if (piece == NULL) {
        return ERR_NO_MEMORY;
    }
    *piece = (struct piece){
        .next = *list, .start = start, .length = length, .place = place, .memory = memory};
    *list = piece;
    return 0;
}

/* Cuts what is put at the windows' edges. */
static int put(struct overlay *overlay, uint64_t offset, uint64_t length, uint64_t place,
               const uint8_t *memory)
{
    int error = 0;
    if (!range_within(offset, length, overlay->source.size) ||
        !range_within(place, length, overlay->below->size)) {
        return ERR_RANGE;
    }
    while (error == 0 && length > 0) {
        uint64_t part = min_u64(length, WINDOW - offset % WINDOW);
        error = put_piece(overlay, offset, part, place, memory);
        offset += part;
        place += part;
        memory = memory != NULL ? memory + part : NULL;
        length -= part;
    }
    return error;
}

int overlay_put(struct overlay *overlay, uint64_t offset, uint64_t length, uint64_t place)
{
    return put(overlay, offset, length, place, NULL);
}

int overlay_put_memory(struct overlay *overlay, uint64_t offset, uint64_t length,
                       const uint8_t *memory)
{
    return put(overlay, offset, length, 0, memory);
}

int overlay_forget(struct overlay *overlay, uint64_t offset, uint64_t length)
{
    return put(overlay, offset, length, offset, NULL);
}

/* --------------------------------------------------------------------------------------------- */

struct overlay *overlay_create(const struct source *below, struct arena *arena)
{
    struct overlay *overlay = arena_alloc(arena, sizeof *overlay);
    if (overlay != NULL) {
        overlay->source = (struct source){
            .name = below->name, .size = below->size, .log = below->log, .where = overlay_where};
        overlay->below = below;
        overlay->arena = arena;
    }
    return overlay;
}

const struct source *overlay_source(const struct overlay *overlay)
{
    return &overlay->source;
}

size_t overlay_count(const struct overlay *overlay)
{
    return overlay->count;
}
