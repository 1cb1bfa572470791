/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An arena in an ordinary process: address space that the kernel fills with pages when they are
 * touched.
 */
#pragma once

struct arena;

/* Returns 0 or ERR_NO_MEMORY. */
int host_arena_open(struct arena *);
