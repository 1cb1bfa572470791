/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stripes without redundancy (RAID 0) as a source: chunks dealt to the legs in turn.
 *
 *      leg 0   | 0 | 3 | 6 |
 *      leg 1   | 1 | 4 | 7 |
 *      leg 2   | 2 | 5 | 8 |
 */
#pragma once

#include "fs/source.h"

struct leg;

struct striped {
    struct source source;
    const struct leg *legs; /* all of them are there */
    unsigned columns;       /* how many legs */
    uint64_t chunk;         /* bytes; not 0 */
    uint64_t first;         /* column of chunk 0 */
};

/* Opens stripes over legs that the caller keeps; `source`'s name, size and log are set. */
void striped_open(struct striped *, const struct leg *legs, unsigned columns, uint64_t chunk);
