/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where RAID 4, 5 and 6 put data and parity: the arithmetic alone. A stripe is one chunk of each
 * leg; P is the sum of its data, Q the sum of g^n times each (lib/galois.h). The layouts are those of
 * Linux's md, by its numbers; the names are those of the Common RAID Disk Data Format.
 *
 *      left symmetric (2)     RAID 5 of 3 legs      RAID 6 of 5 legs
 *
 *              stripe 0       | 0 | 1 | P |         | 0 | 1 | 2 | P | Q |
 *                     1       | 3 | P | 2 |         | 4 | 5 | P | Q | 3 |
 *                     2       | P | 4 | 5 |         | 8 | P | Q | 6 | 7 |
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum parity_algorithm {
    PARITY_LEFT_ASYMMETRIC = 0,
    PARITY_RIGHT_ASYMMETRIC = 1,
    PARITY_LEFT_SYMMETRIC = 2,
    PARITY_RIGHT_SYMMETRIC = 3,
    PARITY_FIRST = 4,
    PARITY_LAST = 5,
    PARITY_ROTATING_ZERO_RESTART = 8, /* from here on RAID 6 alone */
    PARITY_ROTATING_N_RESTART = 9,
    PARITY_ROTATING_N_CONTINUE = 10,
    PARITY_WITH_LAST_Q =
        16, /* and one of the first six: RAID 5 of all legs but the last, which is Q */
};

struct parity_layout {
    unsigned columns;  /* legs: at most PARITY_COLUMNS */
    unsigned parities; /* 1: P; 2: P and Q */
    unsigned algorithm;
    uint64_t chunk; /* bytes; not 0 */
    unsigned turn;  /* stripes by which the rotation is ahead at the beginning: 0 for md */
};

enum { PARITY_COLUMNS = 255 /* g^n differ for so many */ };

/* Is it one that can be? */
bool parity_layout_valid(const struct parity_layout *);

/* Where one byte of data lies, and what belongs to it. */
struct parity_place {
    unsigned column, p, q; /* q is that of RAID 6 alone */
    uint64_t offset;       /* bytes, in each leg */
};

struct parity_place parity_find(const struct parity_layout *, uint64_t offset);

/* The n of a data column's g^n. */
unsigned parity_exponent(const struct parity_layout *, const struct parity_place *,
                         unsigned column);
