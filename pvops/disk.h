/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A disk: several requests in flight. Only fs/transfer.c submits them and waits for them
 * (pvops/wait.h); everything above goes through a source (fs/source.h).
 *
 *      submit() -> in flight -> answered: done, with a status
 *                            -> give_up(): done, and perhaps lent
 *
 * What a device may still write to is lent: its memory is not used again before the device has given
 * it back. A disk takes no request before it has all of that back, and is then as good as new.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SECTOR_SIZE = 512,     /* bytes: the unit of partition tables and of messages */
    LARGEST_SECTOR = 4096, /* bytes: the largest sector of its own that a disk can have */
};

struct arena;
struct disk;
struct waiter;

enum disk_kind { DISK_HARD, DISK_CDROM };

enum disk_operation {
    DISK_READ,
    DISK_WRITE, /* only where the disk is not read_only */
    DISK_FLUSH, /* what was written gets onto the medium; offset and length are 0 */
};

/* One request. The submitter owns it until `done`, and its buffer too, unless it is `lent` then. */
struct disk_request {
    enum disk_operation operation;
    uint64_t offset; /* bytes; a multiple of the disk's sector_size */
    size_t length;   /* bytes; likewise; at most the disk's max_request */
    void *buffer;    /* aligned to sector_size; in the disk's arena, or its bounce page */
    int status; /* once done: 0, ERR_IO (the device says no), ERR_TIMEOUT or ERR_CANCELLED (given up) */
    bool done;
    bool lent; /* once done: the device may still write to the buffer, as long as disk->lent */
};

/* What a disk has been asked for: for traces, and for tests that count. */
struct disk_counters {
    uint64_t requests;
    uint64_t bytes;     /* read or written */
    uint64_t bounced;   /* bytes of them that were copied to their place, not read into it */
    uint64_t waited;    /* microseconds, for answers */
    unsigned in_flight; /* requests, now */
    unsigned deepest;   /* the most that were ever in flight */
};

struct disk {
    char name[8];    /* "hd0": as menus name it */
    unsigned number; /* 0 of "hd0": its place among all disks, of any kind */
    enum disk_kind kind;
    char device[16];      /* "xvda", or an image's file name: as its owner names it */
    uint64_t size;        /* bytes */
    uint32_t sector_size; /* bytes; the device's own, 512 to 4096 */
    size_t max_request;   /* bytes; the longest that one request can do */
    bool read_only;       /* a write is never submitted to it */
    unsigned queue_depth; /* requests that can be in flight */
    bool flushes;         /* it takes DISK_FLUSH; elsewhere what is written is on the medium */
    struct waiter *waiter;
    struct arena *arena; /* where buffers must lie, NULL: anywhere */
    uint8_t *bounce;     /* LARGEST_SECTOR bytes, aligned so: for what cannot be read in place */

    struct disk_counters counters; /* fs/transfer.c's */
    uint64_t answered;             /* requests that are done, ever */
    unsigned lent;                 /* pages that the device has not given back */

    /*
     * Starts a request; it is done once waiter->sleep() has taken its answer. Returns 0, ERR_BUSY
     * (something is full: wait first) or an error: the disk is dead, or was given up and is not back
     * yet (logged).
     */
    int (*submit)(struct disk *, struct disk_request *);

    /* Ends all of its requests with `status`. The next submit() opens the disk anew. */
    void (*give_up)(struct disk *, int status);
};
