/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of other sources, one after the other, as a source. */
#pragma once

#include <stddef.h>

#include "fs/source.h"

/* The next one begins where it ends. */
struct linear_piece {
    uint64_t start;             /* bytes, in the whole */
    const struct source *below; /* in which it lies at `offset`; NULL: zeros */
    uint64_t offset;
};

struct linear {
    struct source source;
    const struct linear_piece *pieces;
    size_t count;
};

/*
 * Opens pieces that the caller keeps, ascending, the first one at 0; `source`'s name, size and log
 * are set.
 */
void linear_open(struct linear *, const struct linear_piece *pieces, size_t count);
