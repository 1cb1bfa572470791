/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The domain's frames: which are free, and the arena that maps them on demand.
 *
 *      pfn 0           initial_pages                                  nr_pages
 *       | initial mapping | ramdisk | p2m and its tables | chunk | chunk | .... free |
 *                                                        \______/ 512 pages each, mapped side by
 *                                                                 side from ARENA_BASE on
 *
 * A chunk's pages have consecutive pfns, so one number per chunk says where each page of the arena
 * lies.
 */
#pragma once

#include "hypervisor/xen-pv/paging.h"
#include "lib/arena.h"

/* Finds the free frames and opens the arena, empty. Call it after maps_start. */
void frames_start(struct arena *);

/* The frame of a page of the image or the arena. */
mfn_t frames_of(const void *address);

/*
 * The page that a frame of the initial mapping or the arena is mapped at; NULL when it is in
 * neither.
 */
void *frames_address(mfn_t);

/* The first page that was free at the start: after the image, Xen's tables, ramdisk= and the p2m. */
pfn_t frames_first(void);

/* A free page that is mapped nowhere, or INVALID_PFN when all are taken. */
pfn_t frames_take(void);

/* The machine frame of each page: Xen's list, which we may write. */
mfn_t *frames_p2m(void);
