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

struct arena;
struct disk_request;
struct indirect_page;

struct blkring_slot {
    struct disk_request *request;   /* NULL: none is in flight */
    grant_ref_t grants;             /* of its pages, a list; without a request they are lent */
    unsigned pages;                 /* how many it has */
    struct indirect_page *indirect; /* NULL: none was needed */
};

struct blkring {
    domid_t backend;
    blkif_vdev_t handle; /* the virtual device's number */
    evtchn_port_t port;
    blkif_front_ring_t front;
    struct arena *arena; /* that buffers lie in */
    unsigned pages;      /* granted, of all slots */
    unsigned lent;       /* of them, without a request in flight */
    uint64_t done;       /* requests, ever */
    bool has_answered;   /* since it was started */
    struct blkring_slot slots[BLKRING_SLOTS];
};

/* Lays an empty ring out on a page. All slots are free. `backend`, `handle`, `port` and `arena` are set. */
void blkring_start(struct blkring *, void *page);

/*
 * Starts a request of BLKRING_SEGMENTS pages at most, and of no more than the backend takes: 11
 * unless it knows indirect pages. Returns 0, ERR_BUSY when slots, indirect pages or grants are in
 * use that will be free again, or ERR_NO_MEMORY: other disks do not give them back.
 */
int blkring_submit(struct blkring *, struct disk_request *);

/*
 * Takes all answers there are: their requests are done. Returns how many, or ERR_IO when the
 * backend answers what was not asked. When it returns 0, the next answers will be announced.
 */
int blkring_take_answers(struct blkring *);

/* Ends all requests with `status`. What the backend has mapped stays lent: the arena keeps it. */
void blkring_abandon(struct blkring *, int status);

/* Takes lent pages back: `lent` says how many the backend still has. */
void blkring_take_back(struct blkring *);
