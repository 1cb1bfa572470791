/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stripes with parity (RAID 4, 5, 6) as a source. Data whose leg is there are read from it; those of
 * a leg that is missing, or cannot be read, are made from the rest of their stripe.
 *
 *      leg 0   | D0 |          D1 = P + D0                          one leg is missing
 *      leg 1   | ?? |
 *      leg 2   | P  |          D0, D1 from P = D0 + D1 + D2 and     two are
 *      leg 3   | Q  |          Q = g^0 D0 + g^1 D1 + g^2 D2
 */
#pragma once

#include "fs/source.h"
#include "fs/volume/parity_layout.h"

struct arena;
struct leg;

struct parity {
    struct source source;
    struct parity_layout layout;
    struct leg *legs;
    uint8_t *piece,
        *sum; /* scratch: a leg's bytes, and for RAID 6 the sum that Q is compared with */
};

/*
 * Opens a valid layout over legs that the caller keeps, of which at most as many are missing as there
 * are parities; `source`'s name, size and log are set. Scratch comes from the arena: 0 or
 * ERR_NO_MEMORY.
 */
int parity_open(struct parity *, const struct parity_layout *, struct leg *legs, struct arena *);
