/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One paravirtual disk, as `struct disk`: the frontend of the block protocol (xen/io/blkif.h). A
 * disk that was given up closes, and is opened again for the next request.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pvops/disk.h"
#include "pvops/xen/blkring.h"
#include "pvops/xen/frontend.h"

struct arena;
struct log;
struct waiter;

struct blkfront {
    struct disk disk; /* first: a struct disk * is a struct blkfront * */
    struct frontend frontend;
    struct blkring ring;
    uint64_t vbd;       /* the virtual device's number */
    uint64_t failed_at; /* microseconds: when it last was of no use at all; 0: never */
    bool dead;          /* it has lied, or came back smaller */
};

/* What all disks of a machine have in common. */
struct blkfront_surroundings {
    struct arena *arena; /* all buffers lie in it */
    struct waiter *waiter;
    struct log *log;
};

/* The disk of vbd number `vbd`; frontends_open() opens it. Returns 0 or ERR_NO_MEMORY (logged). */
int blkfront_create(struct blkfront *, uint64_t vbd, unsigned index,
                    const struct blkfront_surroundings *);
