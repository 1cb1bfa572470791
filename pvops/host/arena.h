/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An arena in an ordinary process: address space that the kernel fills with pages when they are
 * touched.
 */
#pragma once

#include <stdint.h>

struct arena;

/* Returns 0 or ERR_NO_MEMORY. */
int host_arena_open(struct arena *);

/*
 * Makes the arena as small as the loader's is in a domain of `memory` bytes: what does not fit
 * there does not fit here. Returns 0, or ERR_NO_MEMORY when there is no room for a loader at all.
 */
int host_arena_limit(struct arena *, uint64_t memory);
