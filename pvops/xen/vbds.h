/* SPDX-License-Identifier: BSD-2-Clause */
/* All virtual block devices of the domain. */
#pragma once

#include <stddef.h>

struct blkfront_surroundings;
struct disk;

struct vbds {
    struct disk **disks; /* in ascending order of their numbers: hd0, hd1, ...; size 0: not open */
    size_t count;
};

/*
 * Finds them and opens all frontends. What does not open is logged. Returns 0, ERR_NO_MEMORY or an
 * error of the store.
 */
int vbds_open(struct vbds *, const struct blkfront_surroundings *);
