/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One paravirtual disk, as `struct disk`: the frontend of the block protocol (xen/io/blkif.h).
 * Opening and closing go in steps, so that vbds.c can take all disks through them side by side.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pvops/disk.h"
#include "pvops/xen/blkring.h"
#include "pvops/xen/xenstore.h"

enum {
    BLKFRONT_PATH_SIZE = XENSTORE_PATH_SIZE - 32, /* leaves room for the names of keys */
};

struct arena;
struct log;

struct blkfront {
    struct disk disk; /* first: a struct disk * is a struct blkfront * */
    struct log *log;
    uint64_t vbd;                          /* the virtual device's number */
    char path[BLKFRONT_PATH_SIZE];         /* "device/vbd/51712" */
    char backend_path[BLKFRONT_PATH_SIZE]; /* its other half's */
    struct blkring ring;
    bool names_protocol; /* xl does so for PV guests alone; inside xen-shim we have to */
    bool open;           /* there is something to close */
    bool connected;
    bool dead; /* it has lied, or said nothing for too long */
};

/* Reads who and where the backend of vbd number `vbd` is. Returns 0 or an error (logged). */
int blkfront_create(struct blkfront *, uint64_t vbd, unsigned index, struct arena *, struct log *);

/*
 * Opening, step by step; each returns 0 or an error (logged), and waits until `deadline`
 * (nanoseconds) at most.
 */
int blkfront_offer(struct blkfront *,
                   uint64_t deadline); /* once the backend waits for us: ring and event channel */
int blkfront_connect(struct blkfront *,
                     uint64_t deadline); /* once it is connected: the disk's size */

/*
 * Closing, step by step, until the backend waits for the next frontend and nothing of ours is left.
 */
int blkfront_closing(struct blkfront *);
int blkfront_closed(struct blkfront *, uint64_t deadline);
int blkfront_renew(struct blkfront *, uint64_t deadline);
int blkfront_finish(struct blkfront *, uint64_t deadline);
