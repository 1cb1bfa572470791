/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests and answers of one paravirtual disk, on a page that it shares with its backend
 * (xen/io/blkif.h). A request names the pages it reads into by their grants: up to 11 in itself,
 * more in an indirect page.
 *
 *      ring      | indices | request | request | ...      a slot for each; its number is the id
 *      request   | read | 3 | id | sector | grant, sectors | grant, sectors | grant, sectors |
 *      request   | indirect read | 64 | id | sector | grant of an indirect page |
 *      indirect page   | grant, sectors | grant, sectors | ... 64 of them
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hypervisor/xen/xen.h"
#include "pvops/xen/blkif.h"

enum {
    BLKRING_SLOTS = 32,     /* requests that the page holds */
    BLKRING_SEGMENTS = 128, /* pages in a request, at most: 512 KiB */
};

struct disk_request;
struct indirect_page;

struct blkring_slot {
    struct disk_request *request;   /* NULL: free */
    grant_ref_t grants;             /* of its pages, a list */
    struct indirect_page *indirect; /* NULL: none was needed */
};

struct blkring {
    domid_t backend;
    blkif_vdev_t handle;   /* the virtual device's number */
    blkif_sring_t *shared; /* a page */
    blkif_front_ring_t front;
    grant_ref_t grant; /* of the page */
    evtchn_port_t port;
    unsigned lent; /* pages that a backend has not given back */
    struct blkring_slot slots[BLKRING_SLOTS];
};

/*
 * Shares the page with the backend, and makes an event channel. `shared`, `backend` and `handle` are
 * set. Returns 0 or ERR_NO_MEMORY.
 */
int blkring_open(struct blkring *);

/* Takes the page and the event channel back. Nothing is in flight. */
void blkring_close(struct blkring *);

/*
 * Starts a request of BLKRING_SEGMENTS pages at most, and of no more than the backend takes: 11
 * unless it knows indirect pages. Returns 0, or ERR_BUSY when slots, indirect pages or grants are all in use.
 */
int blkring_submit(struct blkring *, struct disk_request *);

/* Is nothing in flight? */
bool blkring_is_idle(const struct blkring *);

/*
 * Takes all answers there are: their requests are done. Returns how many, or ERR_IO when the
 * backend answers what was not asked.
 */
int blkring_take_answers(struct blkring *);

/* Waits for an answer until `deadline` (nanoseconds). Returns whether there may be one. */
bool blkring_wait(struct blkring *, uint64_t deadline);

/* Ends all requests with `status`: the backend is given up. */
void blkring_abandon(struct blkring *, int status);
