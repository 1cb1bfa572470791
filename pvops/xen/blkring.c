/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/blkring.h"

#include <stddef.h>
#include <string.h>

#include "hypervisor/xen/events.h"
#include "hypervisor/xen/grants.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "pvops/disk.h"

/* ---- indirect pages: one set for all disks, since few requests fill a queue ----------------- */

enum { INDIRECT_PAGES = 16 };

struct indirect_page {
    _Alignas(PAGE_SIZE) struct blkif_request_segment segments[BLKRING_SEGMENTS];
};

static struct indirect_page indirect_pages[INDIRECT_PAGES];
static bool indirect_taken[INDIRECT_PAGES];

static struct indirect_page *take_indirect(void)
{
    for (unsigned i = 0; i < INDIRECT_PAGES; i++) {
        if (!indirect_taken[i]) {
            indirect_taken[i] = true;
            return &indirect_pages[i];
        }
    }
    return NULL;
}

static void give_indirect_back(const struct indirect_page *page)
{
    if (page != NULL) {
        indirect_taken[page - indirect_pages] = false;
    }
}

/* ---- the ring ------------------------------------------------------------------------------- */

int blkring_open(struct blkring *ring)
{
    memset(ring->shared, 0, PAGE_SIZE);
    SHARED_RING_INIT(ring->shared);
    FRONT_RING_INIT(&ring->front, ring->shared, PAGE_SIZE);
    ring->grant = grants_give(ring->backend, ring->shared, false, 0);
    ring->port = events_allocate(ring->backend);
    return ring->grant == 0 || ring->port == 0 ? ERR_NO_MEMORY : 0;
}

void blkring_close(struct blkring *ring)
{
    ring->lent += grants_end(ring->grant);
    if (ring->port != 0) {
        events_close(ring->port);
    }
    ring->grant = 0;
    ring->port = 0;
}

/* ---- slots ---------------------------------------------------------------------------------- */

static struct blkring_slot *free_slot(struct blkring *ring)
{
    for (unsigned i = 0; i < BLKRING_SLOTS; i++) {
        if (ring->slots[i].request == NULL) {
            return &ring->slots[i];
        }
    }
    return NULL;
}

/* Takes a slot's pages back. What the backend keeps stands in the way of a hand-over. */
static void clear(struct blkring *ring, struct blkring_slot *slot)
{
    ring->lent += grants_end(slot->grants);
    give_indirect_back(slot->indirect);
    *slot = (struct blkring_slot){.request = NULL};
}

static void finish(struct blkring *ring, struct blkring_slot *slot, int status)
{
    struct disk_request *request = slot->request;
    clear(ring, slot);
    request->status = status;
    request->done = true;
}

bool blkring_is_idle(const struct blkring *ring)
{
    return ring->front.req_prod_pvt == ring->front.rsp_cons;
}

void blkring_abandon(struct blkring *ring, int status)
{
    for (unsigned i = 0; i < BLKRING_SLOTS; i++) {
        if (ring->slots[i].request != NULL) {
            finish(ring, &ring->slots[i], status);
        }
    }
    ring->front.rsp_cons = ring->front.req_prod_pvt;
}

/* ---- requests ------------------------------------------------------------------------------- */

/* Grants one page to the backend, as one of the slot's. Returns its reference, 0: the table is full. */
static grant_ref_t lend(const struct blkring *ring, struct blkring_slot *slot, const void *page,
                        bool read_only)
{
    grant_ref_t ref = grants_give(ring->backend, page, read_only, slot->grants);
    slot->grants = ref != 0 ? ref : slot->grants;
    return ref;
}

static uint8_t operation(const struct disk_request *wanted)
{
    return wanted->write ? BLKIF_OP_WRITE : BLKIF_OP_READ;
}

static size_t count_pages(const struct disk_request *wanted)
{
    return ((uintptr_t)wanted->buffer % PAGE_SIZE + wanted->length + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Grants the pages of a buffer, a segment for each. False when the grant table is full. */
static bool fill_segments(const struct blkring *ring, struct blkring_slot *slot,
                          struct blkif_request_segment *segment, const struct disk_request *wanted)
{
    const uint8_t *at = wanted->buffer;
    for (size_t left = wanted->length; left > 0; segment++) {
        size_t start = (uintptr_t)at % PAGE_SIZE;
        size_t length = min_u64(PAGE_SIZE - start, left);
        grant_ref_t ref = lend(ring, slot, at, wanted->write);
        if (ref == 0) {
            return false;
        }
        *segment = (struct blkif_request_segment){
            .gref = ref,
            .first_sect = (uint8_t)(start / SECTOR_SIZE),
            .last_sect = (uint8_t)((start + length) / SECTOR_SIZE - 1),
        };
        at += length;
        left -= length;
    }
    return true;
}

static bool fill_direct(const struct blkring *ring, struct blkring_slot *slot,
                        blkif_request_t *request, const struct disk_request *wanted)
{
    *request = (blkif_request_t){
        .operation = operation(wanted),
        .nr_segments = (uint8_t)count_pages(wanted),
        .handle = ring->handle,
        .id = (uint64_t)(slot - ring->slots),
        .sector_number = wanted->offset / SECTOR_SIZE,
    };
    return fill_segments(ring, slot, request->seg, wanted);
}

static bool fill_indirect(const struct blkring *ring, struct blkring_slot *slot,
                          blkif_request_indirect_t *request, const struct disk_request *wanted)
{
    slot->indirect = take_indirect();
    grant_ref_t page = slot->indirect == NULL ? 0 : lend(ring, slot, slot->indirect, true);
    if (page == 0) {
        return false;
    }
    *request = (blkif_request_indirect_t){
        .operation = BLKIF_OP_INDIRECT,
        .indirect_op = operation(wanted),
        .nr_segments = (uint16_t)count_pages(wanted),
        .handle = ring->handle,
        .id = (uint64_t)(slot - ring->slots),
        .sector_number = wanted->offset / SECTOR_SIZE,
        .indirect_grefs = {page},
    };
    return fill_segments(ring, slot, slot->indirect->segments, wanted);
}

static void push(struct blkring *ring)
{
    int notify;
    ring->front.req_prod_pvt++;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&ring->front, notify);
    if (notify) {
        events_notify(ring->port);
    }
}

int blkring_submit(struct blkring *ring, struct disk_request *wanted)
{
    struct blkring_slot *slot = free_slot(ring);
    if (slot == NULL || RING_FULL(&ring->front)) {
        return ERR_BUSY;
    }
    void *request = RING_GET_REQUEST(&ring->front, ring->front.req_prod_pvt);
    bool direct = count_pages(wanted) <= BLKIF_MAX_SEGMENTS_PER_REQUEST;
    bool filled = direct ? fill_direct(ring, slot, request, wanted)
                         : fill_indirect(ring, slot, request, wanted);
    if (!filled) {
        clear(ring, slot);
        return ERR_BUSY;
    }
    slot->request = wanted;
    wanted->done = false;
    push(ring);
    return 0;
}

/* ---- answers -------------------------------------------------------------------------------- */

enum { WAKE_SHARE = 4 /* of the requests in flight: one in so many is answered before we wake */ };

/* One answer, copied before it is looked at: the backend can write to it at any time. */
static bool take_answer(struct blkring *ring, RING_IDX index)
{
    blkif_response_t answer;
    memcpy(&answer, RING_GET_RESPONSE(&ring->front, index), sizeof answer);
    if (answer.id >= BLKRING_SLOTS || ring->slots[answer.id].request == NULL) {
        return false; /* an answer to nothing */
    }
    finish(ring, &ring->slots[answer.id], answer.status == BLKIF_RSP_OKAY ? 0 : ERR_IO);
    return true;
}

int blkring_take_answers(struct blkring *ring)
{
    RING_IDX end = __atomic_load_n(&ring->shared->rsp_prod, __ATOMIC_ACQUIRE);
    if (end - ring->front.rsp_cons > ring->front.req_prod_pvt - ring->front.rsp_cons) {
        return ERR_IO;
    }
    int count = 0;
    for (; ring->front.rsp_cons != end; ring->front.rsp_cons++, count++) {
        if (!take_answer(ring, ring->front.rsp_cons)) {
            return ERR_IO;
        }
    }
    return count;
}

/* With many in flight it is not worth waking up for each. */
static RING_IDX worth_waking(const struct blkring *ring)
{
    return 1 + (ring->front.req_prod_pvt - ring->front.rsp_cons) / WAKE_SHARE;
}

bool blkring_wait(struct blkring *ring, uint64_t deadline)
{
    events_clear(ring->port);
    ring->shared->rsp_event = ring->front.rsp_cons + worth_waking(ring);
    xen_mb();
    bool more = ring->shared->rsp_prod != ring->front.rsp_cons;
    return more || events_wait(ring->port, deadline);
}
