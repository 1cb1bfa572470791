/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/blkfront.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "hypervisor/xen-pv/events.h"
#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/grants.h"
#include "hypervisor/xen-pv/time.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/xen/xenbus.h"

#define PATIENCE (30 * SECONDS) /* for an answer to a request in flight */

/* The first page of a buffer may begin in its middle: that costs one of the segments. */
#define MAX_REQUEST ((BLKIF_MAX_SEGMENTS_PER_REQUEST - 1) * PAGE_SIZE)

/* ---- requests ------------------------------------------------------------------------------- */

static struct blkfront *front_of(struct disk *disk)
{
    return (struct blkfront *)disk;
}

static struct blkfront_slot *free_slot(struct blkfront *front)
{
    for (unsigned i = 0; i < BLKFRONT_SLOTS; i++) {
        if (front->slots[i].request == NULL) {
            return &front->slots[i];
        }
    }
    return NULL;
}

/*
 * Takes a slot's pages back. What the backend keeps is counted: it stands in the way of a
 * hand-over.
 */
static void end_grants(struct blkfront *front, struct blkfront_slot *slot)
{
    while (slot->grant_count > 0) {
        if (!grants_end(slot->grants[--slot->grant_count])) {
            front->lent++;
        }
    }
}

static void finish(struct blkfront *front, struct blkfront_slot *slot, int status)
{
    end_grants(front, slot);
    slot->request->status = status;
    slot->request->done = true;
    slot->request = NULL;
}

static int die(struct blkfront *front, int status)
{
    front->dead = true;
    for (unsigned i = 0; i < BLKFRONT_SLOTS; i++) {
        if (front->slots[i].request != NULL) {
            finish(front, &front->slots[i], status);
        }
    }
    return status;
}

/* Grants the pages of a buffer, one segment each. False when the grant table is full. */
static bool add_segments(struct blkfront *front, struct blkfront_slot *slot,
                         blkif_request_t *request, const struct disk_request *wanted)
{
    const uint8_t *at = wanted->buffer;
    for (size_t left = wanted->length; left > 0;) {
        size_t start = (uintptr_t)at % PAGE_SIZE;
        size_t length = min_u64(PAGE_SIZE - start, left);
        grant_ref_t ref = grants_give(front->backend, frames_of(at), wanted->write);
        if (ref == 0) {
            return false;
        }
        slot->grants[slot->grant_count] = ref;
        request->seg[slot->grant_count++] = (struct blkif_request_segment){
            .gref = ref,
            .first_sect = (uint8_t)(start / SECTOR_SIZE),
            .last_sect = (uint8_t)((start + length) / SECTOR_SIZE - 1),
        };
        at += length;
        left -= length;
    }
    return true;
}

static int blkfront_submit(struct disk *disk, struct disk_request *wanted)
{
    struct blkfront *front = front_of(disk);
    if (front->dead || !front->connected) {
        return ERR_IO;
    }
    struct blkfront_slot *slot = free_slot(front);
    if (slot == NULL || RING_FULL(&front->ring)) {
        return ERR_BUSY;
    }
    blkif_request_t *request = RING_GET_REQUEST(&front->ring, front->ring.req_prod_pvt);
    memset(request, 0, sizeof *request);
    if (!add_segments(front, slot, request, wanted)) {
        end_grants(front, slot);
        return ERR_BUSY;
    }
    request->operation = wanted->write ? BLKIF_OP_WRITE : BLKIF_OP_READ;
    request->nr_segments = (uint8_t)slot->grant_count;
    request->handle = (blkif_vdev_t)front->vbd;
    request->id = (uint64_t)(slot - front->slots);
    request->sector_number = wanted->offset / SECTOR_SIZE;
    slot->request = wanted;
    wanted->done = false;

    int notify;
    front->ring.req_prod_pvt++;
    RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&front->ring, notify);
    if (notify) {
        events_notify(front->port);
    }
    return 0;
}

/* One answer, copied before it is looked at: the backend can write to it at any time. */
static bool take_answer(struct blkfront *front, RING_IDX index)
{
    blkif_response_t answer;
    memcpy(&answer, RING_GET_RESPONSE(&front->ring, index), sizeof answer);
    if (answer.id >= BLKFRONT_SLOTS || front->slots[answer.id].request == NULL) {
        return false; /* an answer to nothing */
    }
    finish(front, &front->slots[answer.id], answer.status == BLKIF_RSP_OKAY ? 0 : ERR_IO);
    return true;
}

/* Takes all answers there are. Returns how many, or -1 when the backend talks nonsense. */
static int take_answers(struct blkfront *front)
{
    RING_IDX end = __atomic_load_n(&front->shared->rsp_prod, __ATOMIC_ACQUIRE);
    if (end - front->ring.rsp_cons > BLKFRONT_SLOTS) {
        return -1;
    }
    int count = 0;
    for (; front->ring.rsp_cons != end; front->ring.rsp_cons++, count++) {
        if (!take_answer(front, front->ring.rsp_cons)) {
            return -1;
        }
    }
    return count;
}

static bool is_idle(const struct blkfront *front)
{
    for (unsigned i = 0; i < BLKFRONT_SLOTS; i++) {
        if (front->slots[i].request != NULL) {
            return false;
        }
    }
    return true;
}

static int blkfront_wait(struct disk *disk)
{
    struct blkfront *front = front_of(disk);
    uint64_t deadline = time_now() + PATIENCE;
    for (;;) {
        events_clear(front->port);
        int count = take_answers(front);
        if (count < 0) {
            log_line(front->log,
                     "%s (%s): the backend answers a request that was not made: disk given up",
                     disk->name, disk->device);
            return die(front, ERR_IO);
        }
        if (count > 0 || is_idle(front)) {
            return 0;
        }
        front->shared->rsp_event = front->ring.rsp_cons + 1; /* "wake me for the next one" */
        xen_mb();
        bool more = front->shared->rsp_prod != front->ring.rsp_cons;
        if (!more && !events_wait(front->port, deadline)) {
            log_line(front->log, "%s (%s): the backend has not answered for %lu s: disk given up",
                     disk->name, disk->device, PATIENCE / SECONDS);
            return die(front, ERR_TIMEOUT);
        }
    }
}

/* ---- opening -------------------------------------------------------------------------------- */

static int give_up(struct blkfront *front, int error, const char *what)
{
    int state = xenbus_state(front->backend_path);
    return fail(front->log, error, "%s (%s): %s: %s (the backend is %s)", front->disk.name,
                front->disk.device, what, error_text(error), xenbus_state_name(state));
}

static void key_path(char *path, const char *directory, const char *key)
{
    (void)snprintf(path, XENSTORE_PATH_SIZE, "%s/%s", directory,
                   key); /* fits: BLKFRONT_PATH_SIZE */
}

static int read_key(const char *directory, const char *key, uint64_t *value)
{
    char path[XENSTORE_PATH_SIZE];
    key_path(path, directory, key);
    return xenstore_read_number(path, value);
}

static int write_key(const struct blkfront *front, const char *key, const char *value)
{
    char path[XENSTORE_PATH_SIZE];
    key_path(path, front->path, key);
    return xenstore_write(path, value);
}

static int write_number(const struct blkfront *front, const char *key, uint32_t number)
{
    char text[12];
    (void)snprintf(text, sizeof text, "%u", number); /* at most ten digits */
    return write_key(front, key, text);
}

/* "xvda" as the host names the device; where it does not, its number. */
static void read_device_name(struct blkfront *front)
{
    char path[XENSTORE_PATH_SIZE];
    key_path(path, front->backend_path, "dev");
    if (xenstore_read(path, front->disk.device, sizeof front->disk.device) <= 0) {
        (void)snprintf(front->disk.device, sizeof front->disk.device, "vbd-%lu", front->vbd);
    }
}

int blkfront_create(struct blkfront *front, uint64_t vbd, unsigned index, struct arena *arena,
                    struct log *log)
{
    *front = (struct blkfront){.vbd = vbd, .log = log};
    front->disk = (struct disk){
        .sector_size = SECTOR_SIZE,
        .max_request = MAX_REQUEST,
        .queue_depth = BLKFRONT_SLOTS,
        .submit = blkfront_submit,
        .wait = blkfront_wait,
    };
    (void)snprintf(front->disk.name, sizeof front->disk.name, "hd%u", index);
    (void)snprintf(front->disk.device, sizeof front->disk.device, "vbd-%lu", vbd);
    (void)snprintf(front->path, sizeof front->path, "device/vbd/%lu", vbd);

    char path[XENSTORE_PATH_SIZE];
    uint64_t domain;
    key_path(path, front->path, "backend");
    int error = xenstore_read(path, front->backend_path, sizeof front->backend_path);
    error = error < 0 ? error : read_key(front->path, "backend-id", &domain);
    if (error < 0) {
        return give_up(front, error, "no backend named in xenstore");
    }
    front->backend = (domid_t)domain;
    read_device_name(front);
    front->shared = arena_pages(arena, PAGE_SIZE);
    return front->shared == NULL ? give_up(front, ERR_NO_MEMORY, "no page for the ring") : 0;
}

static int open_ring(struct blkfront *front)
{
    memset(front->shared, 0, PAGE_SIZE);
    SHARED_RING_INIT(front->shared);
    FRONT_RING_INIT(&front->ring, front->shared, PAGE_SIZE);
    front->ring_grant = grants_give(front->backend, frames_of(front->shared), false);
    front->port = events_allocate(front->backend);
    return front->ring_grant == 0 || front->port == 0 ? ERR_NO_MEMORY : 0;
}

int blkfront_offer(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateInitWait), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend is not ready");
    }
    front->open = true;
    int error = open_ring(front);
    error = error != 0 ? error : write_number(front, "ring-ref", front->ring_grant);
    error = error != 0 ? error : write_number(front, "event-channel", front->port);
    error = error != 0 ? error : xenbus_set_state(front->path, XenbusStateInitialised);
    return error != 0 ? give_up(front, error, "cannot offer a ring") : 0;
}

/* The size is in units of 512 bytes, whatever the device's own sectors are. */
static int read_geometry(struct blkfront *front)
{
    uint64_t sectors, sector_size, info;
    int error = read_key(front->backend_path, "sectors", &sectors);
    error = error != 0 ? error : read_key(front->backend_path, "sector-size", &sector_size);
    if (error != 0) {
        return error;
    }
    bool good_sector =
        is_power_of_two(sector_size) && sector_size >= SECTOR_SIZE && sector_size <= PAGE_SIZE;
    if (!good_sector || !checked_mul(sectors, SECTOR_SIZE, &front->disk.size)) {
        return ERR_INVALID;
    }
    front->disk.sector_size = (uint32_t)sector_size;
    front->disk.read_only = read_key(front->backend_path, "info", &info) != 0 ||
                            (info & (VDISK_READONLY | VDISK_CDROM)) != 0;
    return 0;
}

int blkfront_connect(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateConnected), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend does not connect");
    }
    int error = read_geometry(front);
    error = error != 0 ? error : xenbus_set_state(front->path, XenbusStateConnected);
    if (error != 0) {
        front->disk.size = 0;
        return give_up(front, error, "cannot read its size from xenstore");
    }
    front->connected = true;
    return 0;
}

/* ---- closing -------------------------------------------------------------------------------- */

int blkfront_closing(struct blkfront *front)
{
    front->connected = false;
    int error = xenbus_set_state(front->path, XenbusStateClosing);
    return error != 0 ? give_up(front, error, "cannot close") : 0;
}

int blkfront_closed(struct blkfront *front, uint64_t deadline)
{
    int state =
        xenbus_wait(front->backend_path,
                    XENBUS_BIT(XenbusStateClosing) | XENBUS_BIT(XenbusStateClosed), deadline);
    int error = state < 0 ? state : xenbus_set_state(front->path, XenbusStateClosed);
    return error < 0 ? give_up(front, error, "cannot close") : 0;
}

static void remove_keys(const struct blkfront *front)
{
    static const char *const keys[] = {"ring-ref", "event-channel"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char path[XENSTORE_PATH_SIZE];
        key_path(path, front->path, keys[i]);
        (void)xenstore_remove(path); /* one that was never written is not missed */
    }
}

static void close_ring(struct blkfront *front)
{
    if (front->ring_grant != 0 && !grants_end(front->ring_grant)) {
        front->lent++;
    }
    if (front->port != 0) {
        events_close(front->port);
    }
    front->ring_grant = 0;
    front->port = 0;
}

int blkfront_renew(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateClosed), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend does not close");
    }
    close_ring(front);
    remove_keys(front);
    int error = xenbus_set_state(front->path, XenbusStateInitialising);
    return error != 0 ? give_up(front, error, "cannot be made ready for the next kernel") : 0;
}

int blkfront_finish(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateInitWait), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend does not get ready for the next kernel");
    }
    front->open = false;
    if (front->lent != 0) {
        return fail(front->log, ERR_BUSY,
                    "%s (%s): the backend has not given back %u pages; no kernel is safe from it",
                    front->disk.name, front->disk.device, front->lent);
    }
    return 0;
}
