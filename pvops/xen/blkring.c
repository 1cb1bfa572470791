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

/* ---- slots ---------------------------------------------------------------------------------- */

/* Of all disks together: */
static unsigned all_in_flight; /* requests */
static unsigned all_lent;      /* pages */

static bool is_free(const struct blkring_slot *slot)
{
    return slot->request == NULL && slot->grants == 0;
}

static struct blkring_slot *free_slot(struct blkring *ring)
{
    for (unsigned i = 0; i < BLKRING_SLOTS; i++) {
        if (is_free(&ring->slots[i])) {
            return &ring->slots[i];
        }
    }
    return NULL;
}

/* Takes a slot's pages back. Returns how many the backend keeps: they stand in the way of a hand-over. */
static unsigned take_pages_back(struct blkring *ring, struct blkring_slot *slot)
{
    slot->grants = grants_end(slot->grants);
    unsigned lent = grants_count(slot->grants);
    if (lent == 0) {
        give_indirect_back(slot->indirect);
        slot->indirect = NULL;
    }
    ring->pages -= slot->pages - lent;
    slot->pages = lent;
    return lent;
}

static void finish(struct blkring *ring, struct blkring_slot *slot, int status)
{
    struct disk_request *request = slot->request;
    unsigned lent = take_pages_back(ring, slot);
    slot->request = NULL;
    all_in_flight--;
    ring->done++;
    ring->lent += lent;
    all_lent += lent;
    request->status = status;
    request->done = true;
    request->lent = lent > 0;
    if (lent > 0) {
        arena_hold(ring->arena, (const uint8_t *)request->buffer + request->length);
    }
}

static bool is_idle(const struct blkring *ring)
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

void blkring_take_back(struct blkring *ring)
{
    all_lent -= ring->lent;
    ring->lent = 0;
    for (unsigned i = 0; i < BLKRING_SLOTS; i++) {
        if (ring->slots[i].request == NULL) {
            ring->lent += take_pages_back(ring, &ring->slots[i]);
        }
    }
    all_lent += ring->lent;
    if (all_lent == 0) {
        arena_hold_nothing(ring->arena);
    }
}

void blkring_start(struct blkring *ring, void *page)
{
    memset(page, 0, PAGE_SIZE);
    ring->has_answered = false;
    blkif_sring_t *shared = page;
    SHARED_RING_INIT(shared);
    FRONT_RING_INIT(&ring->front, shared, PAGE_SIZE);
}

/* ---- requests ------------------------------------------------------------------------------- */

/* Grants one page to the backend, as one of the slot's. Returns its reference, 0: the table is full. */
static grant_ref_t lend(struct blkring *ring, struct blkring_slot *slot, const void *page,
                        bool read_only)
{
    grant_ref_t ref = grants_give(ring->backend, page, read_only, slot->grants);
    if (ref != 0) {
        slot->grants = ref;
        slot->pages++;
        ring->pages++;
    }
    return ref;
}

static uint8_t operation(const struct disk_request *wanted)
{
    static const uint8_t operations[] = {
        [DISK_READ] = BLKIF_OP_READ,
        [DISK_WRITE] = BLKIF_OP_WRITE,
        [DISK_FLUSH] = BLKIF_OP_FLUSH_DISKCACHE,
    };
    return operations[wanted->operation];
}

static size_t count_pages(const struct disk_request *wanted)
{
    return ((uintptr_t)wanted->buffer % PAGE_SIZE + wanted->length + PAGE_SIZE - 1) / PAGE_SIZE;
}

/* Grants the pages of a buffer, a segment for each. False when the grant table is full. */
static bool fill_segments(struct blkring *ring, struct blkring_slot *slot,
                          struct blkif_request_segment *segment, const struct disk_request *wanted)
{
    const uint8_t *at = wanted->buffer;
    for (size_t left = wanted->length; left > 0; segment++) {
        size_t start = (uintptr_t)at % PAGE_SIZE;
        size_t length = min_u64(PAGE_SIZE - start, left);
        grant_ref_t ref = lend(ring, slot, at, wanted->operation == DISK_WRITE);
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

static bool fill_direct(struct blkring *ring, struct blkring_slot *slot, blkif_request_t *request,
                        const struct disk_request *wanted)
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

static bool fill_indirect(struct blkring *ring, struct blkring_slot *slot,
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

/* Something is missing: will it come back? */
static int busy(const struct blkring *ring)
{
    return is_idle(ring) && all_in_flight == 0 ? ERR_NO_MEMORY : ERR_BUSY;
}

int blkring_submit(struct blkring *ring, struct disk_request *wanted)
{
    if (ring->lent > 0) {
        blkring_take_back(ring); /* a backend may let go of pages after it has answered */
    }
    struct blkring_slot *slot = free_slot(ring);
    size_t pages = count_pages(wanted);
    if (slot == NULL || RING_FULL(&ring->front) ||
        (!is_idle(ring) && ring->pages + pages > grants_share())) {
        return ERR_BUSY;
    }
    void *request = RING_GET_REQUEST(&ring->front, ring->front.req_prod_pvt);
    bool filled = pages <= BLKIF_MAX_SEGMENTS_PER_REQUEST
                      ? fill_direct(ring, slot, request, wanted)
                      : fill_indirect(ring, slot, request, wanted);
    if (!filled) {
        (void)take_pages_back(ring, slot); /* nobody has seen them */
        return busy(ring);
    }
    slot->request = wanted;
    wanted->done = false;
    wanted->lent = false;
    all_in_flight++;
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
    ring->has_answered = true;
    finish(ring, &ring->slots[answer.id], answer.status == BLKIF_RSP_OKAY ? 0 : ERR_IO);
    return true;
}

/* With many in flight it is not worth waking up for each. */
static RING_IDX worth_waking(const struct blkring *ring)
{
    return 1 + (ring->front.req_prod_pvt - ring->front.rsp_cons) / WAKE_SHARE;
}

/* Those that are there now. */
static int take_some(struct blkring *ring)
{
    RING_IDX end = __atomic_load_n(&ring->front.sring->rsp_prod, __ATOMIC_ACQUIRE);
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

int blkring_take_answers(struct blkring *ring)
{
    int count = take_some(ring);
    if (count == 0 && !is_idle(ring)) {
        ring->front.sring->rsp_event = ring->front.rsp_cons + worth_waking(ring);
        xen_mb(); /* an answer that came before the backend saw that is not announced */
        count = take_some(ring);
    }
    return count;
}
