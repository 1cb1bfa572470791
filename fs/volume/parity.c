/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/parity.h"

#include <stdbool.h>
#include <string.h>

#include "fs/volume/leg.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/galois.h"
#include "lib/log.h"

enum {
    PIECE = 32768, /* bytes that are worked out at once */
    NONE = PARITY_COLUMNS,
};

static int parity_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    const struct parity *parity = (const struct parity *)source;
    struct parity_place place = parity_find(&parity->layout, offset);
    const struct leg *leg = &parity->legs[place.column];
    bool there = leg->below != NULL && !leg->failed;
    *extent = (struct extent){.kind = there ? EXTENT_BELOW : EXTENT_MADE,
                              .length = parity->layout.chunk - offset % parity->layout.chunk,
                              .below = there ? leg->below : source,
                              .offset = there ? leg->offset + place.offset : offset};
    if (there) {
        extent->spare = (struct spare){.source = source, .offset = offset};
    }
    return 0;
}

/* ---- decoding ------------------------------------------------------------------------------- */

/* A run of bytes in one chunk that is worked out: `wanted` is lost, and perhaps `other`, or NONE. */
struct decoding {
    const struct parity *parity;
    struct parity_place place;
    unsigned wanted, other;
    uint8_t *buffer; /* for the wanted bytes; meanwhile the sum that P is compared with */
    size_t length;
    unsigned unreadable; /* the column that stopped it; NONE: none did */
};

static bool is_lost(const struct decoding *decoding, unsigned column)
{
    return column == decoding->wanted || column == decoding->other;
}

static uint8_t factor_of(const struct decoding *decoding, unsigned column)
{
    return galois_power(parity_exponent(&decoding->parity->layout, &decoding->place, column));
}

/* Adds one column's bytes to both sums, each with its factor; 0: it is not in that sum. */
static int add_column(struct decoding *decoding, unsigned column, uint8_t in_p, uint8_t in_q)
{
    const struct parity *parity = decoding->parity;
    int error =
        leg_read(&parity->legs[column], decoding->place.offset, parity->piece, decoding->length);
    if (error != 0) {
        decoding->unreadable = column;
        return error;
    }
    if (in_p != 0) {
        galois_add(decoding->buffer, parity->piece, in_p, decoding->length);
    }
    if (in_q != 0) {
        galois_add(parity->sum, parity->piece, in_q, decoding->length);
    }
    return 0;
}

/* Leaves in the buffer what the lost data add to P, and in the sum what they add to Q. */
static int add_all(struct decoding *decoding, bool with_p, bool with_q)
{
    const struct parity *parity = decoding->parity;
    const struct parity_place *place = &decoding->place;
    bool has_q = parity->layout.parities == 2;
    memset(decoding->buffer, 0, decoding->length);
    if (with_q) {
        memset(parity->sum, 0, decoding->length);
    }
    for (unsigned column = 0; column < parity->layout.columns; column++) {
        bool is_p = column == place->p, is_q = has_q && column == place->q;
        if (is_lost(decoding, column) || (is_p && !with_p) || (is_q && !with_q)) {
            continue;
        }
        uint8_t in_p = is_q ? 0 : 1;
        uint8_t in_q = is_p || !with_q ? 0 : is_q ? 1 : factor_of(decoding, column);
        int error = add_column(decoding, column, in_p, in_q);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* One datum is lost, and P as well: Q / g^n. */
static int decode_by_q(struct decoding *decoding)
{
    int error = add_all(decoding, false, true);
    if (error != 0) {
        return error;
    }
    memcpy(decoding->buffer, decoding->parity->sum, decoding->length);
    galois_scale(decoding->buffer, galois_inverse(factor_of(decoding, decoding->wanted)),
                 decoding->length);
    return 0;
}

/* Two data are lost, x and y: x + y = P and g^n x + g^m y = Q, so x = (Q + g^m P) / (g^n + g^m). */
static int decode_by_both(struct decoding *decoding)
{
    uint8_t *buffer = decoding->buffer;
    uint8_t wanted = factor_of(decoding, decoding->wanted);
    uint8_t other = factor_of(decoding, decoding->other);
    int error = add_all(decoding, true, true);
    if (error != 0) {
        return error;
    }
    galois_scale(buffer, other, decoding->length);
    galois_add(buffer, decoding->parity->sum, 1, decoding->length);
    galois_scale(buffer, galois_inverse(wanted ^ other), decoding->length);
    return 0;
}

static int decode(struct decoding *decoding)
{
    const struct parity_place *place = &decoding->place;
    bool has_q = decoding->parity->layout.parities == 2;
    decoding->unreadable = NONE;
    if (decoding->other == NONE || (has_q && decoding->other == place->q)) {
        return add_all(decoding, true, false);
    }
    return decoding->other == place->p ? decode_by_q(decoding) : decode_by_both(decoding);
}

/* ---- what is lost --------------------------------------------------------------------------- */

/* Another column than `wanted` that is missing; NONE: none is. */
static unsigned missing_beside(const struct parity *parity, unsigned wanted)
{
    for (unsigned column = 0; column < parity->layout.columns; column++) {
        if (column != wanted && parity->legs[column].below == NULL) {
            return column;
        }
    }
    return NONE;
}

/* Works the piece out; where one more column cannot be read, without that one, if that can be. */
static int work_out(struct decoding *decoding)
{
    bool has_second = decoding->parity->layout.parities == 2;
    if (decoding->other != NONE && !has_second) {
        return ERR_IO; /* why the second one is lost is logged */
    }
    int error = decode(decoding);
    if (error != 0 && decoding->unreadable != NONE && has_second && decoding->other == NONE) {
        decoding->other = decoding->unreadable;
        error = decode(decoding);
    }
    return error;
}

/* The leg that has the bytes is asked first unless it has failed, and last if it has. */
static int make_piece(const struct parity *parity, const struct parity_place *place,
                      uint8_t *buffer, size_t length)
{
    struct leg *leg = &parity->legs[place->column];
    bool had_failed = leg->failed;
    if (leg->below != NULL && !had_failed) {
        int error = leg_read(leg, place->offset, buffer, length);
        if (error == 0) {
            return 0;
        }
        leg->failed = true;
        log_line(parity->source.log, "%s: what %s has is worked out from the others",
                 parity->source.name, leg->below->name);
    }
    struct decoding decoding = {.parity = parity,
                                .place = *place,
                                .wanted = place->column,
                                .other = missing_beside(parity, place->column),
                                .buffer = buffer,
                                .length = length};
    int error = work_out(&decoding);
    if (error != 0 && leg->below != NULL && had_failed) {
        return leg_read(leg, place->offset, buffer, length);
    }
    return error;
}

static int parity_make(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    const struct parity *parity = (const struct parity *)source;
    uint8_t *target = buffer;
    while (length > 0) {
        struct parity_place place = parity_find(&parity->layout, offset);
        uint64_t rest = parity->layout.chunk - offset % parity->layout.chunk;
        size_t count = min_u64(min_u64(length, rest), PIECE);
        int error = make_piece(parity, &place, target, count);
        if (error != 0) {
            return error;
        }
        offset += count;
        target += count;
        length -= count;
    }
    return 0;
}

int parity_open(struct parity *parity, const struct parity_layout *layout, struct leg *legs,
                struct arena *arena)
{
    parity->source.where = parity_where;
    parity->source.make = parity_make;
    parity->layout = *layout;
    parity->legs = legs;
    parity->piece = arena_pages(arena, PIECE);
    parity->sum = layout->parities == 2 ? arena_pages(arena, PIECE) : NULL;
    bool complete = parity->piece != NULL && (parity->sum != NULL || layout->parities == 1);
    return complete ? 0 : ERR_NO_MEMORY;
}
