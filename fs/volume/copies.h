/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stripes of which there are several copies (RAID 10 of Linux's md) as a source.
 *
 *      near 2, 4 legs         far 2, 3 legs         offset 2, 3 legs
 *
 *      | 0 | 0 | 1 | 1 |      | 0 | 1 | 2 |         | 0 | 1 | 2 |
 *      | 2 | 2 | 3 | 3 |      | 3 | 4 | 5 |         | 2 | 0 | 1 |
 *                               ...                 | 3 | 4 | 5 |
 *                             | 2 | 0 | 1 |         | 5 | 3 | 4 |
 *                             | 5 | 3 | 4 |
 *
 * "Near" copies stand beside each other, and each of them has "far" ones, one or more legs further
 * on: half a leg below (for two), or with "offset" in the next row.
 */
#pragma once

#include <stdbool.h>

#include "fs/source.h"

struct arena;
struct leg;

struct copies_layout {
    unsigned columns; /* legs */
    unsigned near, far;
    unsigned
        set;     /* legs of which far copies stay within; the last set has what is left over, too */
    bool offset; /* far copies are in the next rows */
    uint64_t chunk;  /* bytes; not 0 */
    uint64_t stride; /* bytes, in a leg, from a far copy to the next */
};

/*
 * Takes md's number of a layout apart, for legs of which `leg_size` bytes are used; *size is how many
 * bytes fit. false: it cannot be.
 */
bool copies_layout_parse(struct copies_layout *, uint32_t layout, unsigned columns, uint64_t chunk,
                         uint64_t leg_size, uint64_t *size);

struct copy {
    unsigned column;
    uint64_t offset; /* bytes, in its leg */
};

/* Copy number `index` of a byte, below near * far: all far copies of a near one follow it. */
struct copy copies_find(const struct copies_layout *, uint64_t offset, unsigned index);

struct copies {
    struct source source;
    struct copies_layout layout;
    struct leg *legs;
};

/* Opens a layout over legs that the caller keeps; `source`'s name, size and log are set. */
void copies_open(struct copies *, const struct copies_layout *, struct leg *legs);

/* Is there a chunk that none of the legs has? Its number in *chunk. */
bool copies_lack(const struct copies *, uint64_t *chunk);
