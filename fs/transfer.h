/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A read that is under way: requests on the disks' queues, while its owner does something else.
 *
 *      where() -> extent -> requests of at most max_request -> queue full? -> wait -> ... -> all done
 *
 * Requests go straight into the buffer. What a disk cannot do so (an end that is not on a sector, a
 * buffer that is not aligned to sectors or is no memory of the arena) goes through its bounce page,
 * one at a time.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/source.h"
#include "pvops/disk.h"

enum { TRANSFER_REQUESTS = 32 };

struct transfer {
    const struct source *source;
    uint64_t offset; /* of the next byte to ask for */
    uint8_t *buffer; /* its place */
    size_t left;
    int error;            /* the first one; nothing more is asked for after it */
    bool may_wait;        /* for room in a queue: nothing of its own is in flight */
    struct extent extent; /* where the next byte lies; length 0: not looked up yet */
    struct disk *disks[TRANSFER_REQUESTS]; /* of each request; NULL: free */
    struct disk_request requests[TRANSFER_REQUESTS];
    struct spare spares[TRANSFER_REQUESTS];
};

/*
 * Starts to read, as far as the queues have room. The transfer and the buffer stay where they are
 * until it is finished.
 */
void transfer_start(struct transfer *, const struct source *, uint64_t offset, void *buffer,
                    size_t length);

/* Asks for more, as far as the queues have room. */
void transfer_pump(struct transfer *);

/* Waits until all is read. Returns 0, or the first error (logged). */
int transfer_finish(struct transfer *);

/*
 * One request by itself; nothing is logged. transfer_begin hands it to its disk once the queue has
 * room: 0, or why the disk does not take it. transfer_await waits for one that was taken, and
 * returns its status. transfer_request does both.
 */
int transfer_begin(struct disk *, struct disk_request *);
int transfer_await(struct disk *, struct disk_request *);
int transfer_request(struct disk *, struct disk_request *);

/* Says that a disk cannot be read at `offset` of its bytes, and why. Returns `error`. */
int transfer_failed(const struct source *, const struct disk *, uint64_t offset, int error);
