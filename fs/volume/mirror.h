/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mirror as a source: the same bytes in each half. It is read from one of them, in requests of
 * any size; what cannot be read there is read from the others.
 *
 *      mirror "raid0"        |.........[====]....|
 *                                   /        \ (spare)
 *      half (hd0,a)   |....|...[xxxx]....|    \
 *      half (hd1,a)           |....|.........[====]....|
 */
#pragma once

#include "fs/source.h"

struct mirror_half;

struct mirror {
    struct source source;
    struct mirror_half *halves; /* in the order in which they are asked */
};

/* Opens a mirror of `size` bytes that has no half yet, and cannot be read. */
void mirror_open(struct mirror *, uint64_t size, const char *name, struct log *);

/*
 * From now on the bytes of `below` from `offset` on are the last half, which is kept in the arena.
 * Returns 0, ERR_NO_MEMORY, or ERR_RANGE (logged) when they are not all there.
 */
int mirror_add(struct mirror *, const struct source *below, uint64_t offset, struct arena *);
