/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ranges of files' blocks that have come to lie elsewhere, or nowhere, since the file system's own maps were written. A
 * later range hides what it covers of earlier ones.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct ranges;

/* Returns NULL when there is no memory. */
struct ranges *ranges_create(struct arena *);

/*
 * Blocks `first` to `first` + `count` are from now on those of the volume from `start` on; 0: a hole. All are below
 * 2^61. Returns 0 or ERR_NO_MEMORY, not logged.
 */
int ranges_put(struct ranges *, uint64_t first, uint64_t count, uint64_t start);

/*
 * Is there a range with this block? Then *start is where it lies, 0 for a hole; or else it stays as it was. *count is
 * for how many blocks that is so, at most; it may be made smaller.
 */
bool ranges_find(const struct ranges *, uint64_t block, uint64_t *start, uint64_t *count);
