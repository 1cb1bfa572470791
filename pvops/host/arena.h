/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An arena in an ordinary process: address space that the kernel fills with pages when they are
 * touched.
 */
#pragma once

#include <stdint.h>

struct arena;

/* One of `size` bytes, or a little less. Returns 0 or ERR_NO_MEMORY: the system does not grant so much, or it is none. */
int host_arena_open(struct arena *, uint64_t size);

/* Gives it all back; one that was never opened is all zero. */
void host_arena_close(struct arena *);
