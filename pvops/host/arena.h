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

/* Gives it all back; one that was never opened is all zero. */
void host_arena_close(struct arena *);

/* Makes the arena no larger than `size` bytes. Returns 0, or ERR_NO_MEMORY when it holds more already. */
int host_arena_limit(struct arena *, uint64_t size);
