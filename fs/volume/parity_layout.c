/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/volume/parity_layout.h"

/* Those whose Q counts legs as they stand, P and Q included, from the first one on. */
static bool counts_all_legs(const struct parity_layout *layout)
{
    return layout->algorithm >= PARITY_ROTATING_ZERO_RESTART &&
           layout->algorithm <= PARITY_ROTATING_N_CONTINUE;
}

bool parity_layout_valid(const struct parity_layout *layout)
{
    bool plain = layout->algorithm <= PARITY_LAST;
    bool last_q = layout->algorithm >= PARITY_WITH_LAST_Q &&
                  layout->algorithm - PARITY_WITH_LAST_Q <= PARITY_LAST;
    return layout->columns > layout->parities && layout->columns <= PARITY_COLUMNS &&
           layout->chunk > 0 &&
           (plain || (layout->parities == 2 && (last_q || counts_all_legs(layout))));
}

/* ---- where the parities are, and which leg has the data of this number ------------------------ */

/* Data of an asymmetric layout keep their order, and leave out P, and Q which follows it. */
static unsigned leave_out(unsigned data, const struct parity_place *place, unsigned parities)
{
    if (parities == 2 && place->q == 0 && place->p > 1) {
        return data + 1; /* Q 0 1 2 P */
    }
    return data >= place->p ? data + parities : data;
}

/* RAID 5 in the first `columns` legs. */
static void place_p(struct parity_place *place, unsigned algorithm, unsigned columns,
                    uint64_t stripe, unsigned data)
{
    unsigned right = (unsigned)(stripe % columns), left = columns - 1 - right;
    switch (algorithm) {
    case PARITY_LEFT_ASYMMETRIC:
    case PARITY_RIGHT_ASYMMETRIC:
        place->p = algorithm == PARITY_LEFT_ASYMMETRIC ? left : right;
        place->column = leave_out(data, place, 1);
        break;
    case PARITY_LEFT_SYMMETRIC:
    case PARITY_RIGHT_SYMMETRIC:
        place->p = algorithm == PARITY_LEFT_SYMMETRIC ? left : right;
        place->column = (place->p + 1 + data) % columns;
        break;
    case PARITY_FIRST:
        place->p = 0;
        place->column = data + 1;
        break;
    default:
        place->p = columns - 1;
        place->column = data;
        break;
    }
}

/* Q follows P, in a circle. */
static void place_p_and_q(struct parity_place *place, unsigned algorithm, unsigned columns,
                          uint64_t stripe, unsigned data)
{
    bool from_next = algorithm == PARITY_ROTATING_N_RESTART;
    unsigned right = (unsigned)((stripe + (from_next ? 1 : 0)) % columns);
    unsigned left = columns - 1 - right;
    switch (algorithm) {
    case PARITY_LEFT_ASYMMETRIC:
    case PARITY_ROTATING_N_RESTART:
    case PARITY_RIGHT_ASYMMETRIC:
    case PARITY_ROTATING_ZERO_RESTART:
        place->p = algorithm == PARITY_LEFT_ASYMMETRIC || from_next ? left : right;
        place->q = (place->p + 1) % columns;
        place->column = leave_out(data, place, 2);
        break;
    case PARITY_LEFT_SYMMETRIC:
    case PARITY_RIGHT_SYMMETRIC:
        place->p = algorithm == PARITY_LEFT_SYMMETRIC ? left : right;
        place->q = (place->p + 1) % columns;
        place->column = (place->p + 2 + data) % columns;
        break;
    case PARITY_ROTATING_N_CONTINUE: /* Q comes before P */
        place->p = left;
        place->q = (left + columns - 1) % columns;
        place->column = (left + 1 + data) % columns;
        break;
    case PARITY_FIRST:
        place->p = 0;
        place->q = 1;
        place->column = data + 2;
        break;
    default:
        place->p = columns - 2;
        place->q = columns - 1;
        place->column = data;
        break;
    }
}

struct parity_place parity_find(const struct parity_layout *layout, uint64_t offset)
{
    unsigned data_columns = layout->columns - layout->parities;
    uint64_t number = offset / layout->chunk, stripe = number / data_columns;
    unsigned data = (unsigned)(number % data_columns);
    struct parity_place place = {.offset = stripe * layout->chunk + offset % layout->chunk,
                                 .q = layout->columns - 1};
    stripe += layout->turn;
    if (layout->parities == 1) {
        place_p(&place, layout->algorithm, layout->columns, stripe, data);
    } else if (layout->algorithm >= PARITY_WITH_LAST_Q) {
        place_p(&place, layout->algorithm - PARITY_WITH_LAST_Q, layout->columns - 1, stripe, data);
    } else {
        place_p_and_q(&place, layout->algorithm, layout->columns, stripe, data);
    }
    return place;
}

/* Data count from the leg after Q on, round to Q, without P. */
unsigned parity_exponent(const struct parity_layout *layout, const struct parity_place *place,
                         unsigned column)
{
    unsigned columns = layout->columns;
    if (counts_all_legs(layout)) {
        return column;
    }
    unsigned distance = (column + columns - place->q - 1) % columns;
    unsigned p_distance = (place->p + columns - place->q - 1) % columns;
    return distance > p_distance ? distance - 1 : distance;
}
