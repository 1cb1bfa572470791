/* SPDX-License-Identifier: BSD-2-Clause */
/* All virtual block devices of the domain, opened and closed side by side. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct disk;
struct log;

struct vbds {
    struct blkfront *fronts; /* in ascending order of their numbers: hd0, hd1, ... */
    struct disk **disks;     /* the same; a disk that did not open has size 0 */
    size_t count;
    bool *stuck;     /* disks whose backend did not take a step of closing in time */
    int first_error; /* of those that began to close */
};

/*
 * Finds and opens them. What does not open is logged. Returns 0, ERR_NO_MEMORY or an error of the
 * store.
 */
int vbds_open(struct vbds *, struct arena *, struct log *);

/* Opens those again that vbds_close closed, when one did not close. */
void vbds_reopen(struct vbds *);

/* Tells their backends that nothing more is to be read: they take their time to close. */
void vbds_begin_closing(struct vbds *);

/*
 * After vbds_begin_closing: closes them all, until every backend waits for the next kernel; one that does not close is no reason to
 * leave the others half closed. Returns 0, or the first error (logged).
 */
int vbds_close(struct vbds *);
