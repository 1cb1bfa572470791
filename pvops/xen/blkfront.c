/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/blkfront.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <xen/io/protocols.h>

#include "hypervisor/xen/time.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/xen/xenbus.h"

enum { NUMBER_SIZE = 24 }; /* characters of a number, or of a key with one */

#define PATIENCE (30 * SECONDS) /* for an answer to a request in flight */

/* ---- requests ------------------------------------------------------------------------------- */

static struct blkfront *front_of(struct disk *disk)
{
    return (struct blkfront *)disk;
}

static int die(struct blkfront *front, int status)
{
    front->dead = true;
    blkring_abandon(&front->ring, status);
    return status;
}

static int blkfront_submit(struct disk *disk, struct disk_request *wanted)
{
    struct blkfront *front = front_of(disk);
    return front->dead || !front->connected ? ERR_IO : blkring_submit(&front->ring, wanted);
}

/* Until something is answered, or nothing is in flight. */
static int wait_for_answers(struct blkfront *front)
{
    const struct disk *disk = &front->disk;
    uint64_t deadline = time_now() + PATIENCE;
    for (bool late = false;; late = !blkring_wait(&front->ring, deadline)) {
        int count = blkring_take_answers(&front->ring);
        if (count < 0) {
            log_line(front->log,
                     "%s (%s): the backend answers a request that was not made: disk given up",
                     disk->name, disk->device);
            return die(front, ERR_IO);
        }
        if (count > 0 || blkring_is_idle(&front->ring)) {
            return 0;
        }
        if (late) {
            log_line(front->log, "%s (%s): the backend has not answered for %lu s: disk given up",
                     disk->name, disk->device, PATIENCE / SECONDS);
            return die(front, ERR_TIMEOUT);
        }
    }
}

static int blkfront_wait(struct disk *disk)
{
    uint64_t started = time_now();
    int error = wait_for_answers(front_of(disk));
    disk->counters.waited += (time_now() - started) / MICROSECONDS;
    return error;
}

/* ---- opening -------------------------------------------------------------------------------- */

static int give_up(struct blkfront *front, int error, const char *what)
{
    int state = xenbus_state(front->backend_path);
    return fail(front->log, error, "%s (%s): %s: %s (the backend is %s)", front->disk.name,
                front->disk.device, what, error_text(error), xenbus_state_name(state));
}

/* The first of two results that is an error, or 0. */
static int first_error(int one, int other)
{
    return one < 0 ? one : other < 0 ? other : 0;
}

static int find_backend(struct blkfront *front)
{
    char id[NUMBER_SIZE], protocol[NUMBER_SIZE];
    uint64_t domain = 0;
    struct xenstore_value values[] = {
        {.key = "backend", .value = front->backend_path, .size = sizeof front->backend_path},
        {.key = "backend-id", .value = id, .size = sizeof id},
        {.key = "protocol", .value = protocol, .size = sizeof protocol},
    };
    xenstore_read_all(front->path, values, 3);
    front->names_protocol = values[2].length == ERR_NOT_FOUND;
    int error = first_error(values[0].length, values[1].length);
    error = error != 0 ? error : xenstore_number(id, &domain);
    front->ring.backend = (domid_t)domain;
    return error;
}

/* A device whose name the host does not say goes by its number. */
static void name_by_number(struct blkfront *front)
{
    (void)snprintf(front->disk.device, sizeof front->disk.device, "vbd-%lu", front->vbd);
}

int blkfront_create(struct blkfront *front, uint64_t vbd, unsigned index, struct arena *arena,
                    struct log *log)
{
    *front = (struct blkfront){.vbd = vbd, .log = log};
    front->disk = (struct disk){
        .sector_size = SECTOR_SIZE,
        .queue_depth = BLKRING_SLOTS,
        .submit = blkfront_submit,
        .wait = blkfront_wait,
    };
    (void)snprintf(front->disk.name, sizeof front->disk.name, "hd%u", index);
    name_by_number(front);
    (void)snprintf(front->path, sizeof front->path, "device/vbd/%lu", vbd);

    front->ring.handle = (blkif_vdev_t)vbd;

    int error = find_backend(front);
    if (error < 0) {
        return give_up(front, error, "no backend named in xenstore");
    }
    front->ring.shared = arena_pages(arena, PAGE_SIZE);
    return front->ring.shared == NULL ? give_up(front, ERR_NO_MEMORY, "no page for the ring") : 0;
}

/* The changes to the keys that name the ring; the protocol's, which is the first, where it is ours. */
static int change_keys(const struct blkfront *front, const struct xenstore_change *changes,
                       size_t count)
{
    size_t skipped = front->names_protocol ? 0 : 1;
    return xenstore_change_all(front->path, changes + skipped, count - skipped);
}

static int name_ring(const struct blkfront *front)
{
    char grant[NUMBER_SIZE], port[NUMBER_SIZE], state[NUMBER_SIZE];
    (void)snprintf(grant, sizeof grant, "%u", front->ring.grant);      /* at most ten digits, */
    (void)snprintf(port, sizeof port, "%u", front->ring.port);         /* likewise, */
    (void)snprintf(state, sizeof state, "%d", XenbusStateInitialised); /* one digit */
    const struct xenstore_change changes[] = {{"protocol", XEN_IO_PROTO_ABI_NATIVE},
                                              {"ring-ref", grant},
                                              {"event-channel", port},
                                              {"state", state}};
    return change_keys(front, changes, 4);
}

/* Waits for a backend that waits for us; "xvda" as the host names the device comes with it. */
static int wait_for_backend(struct blkfront *front, uint64_t deadline)
{
    struct disk *disk = &front->disk;
    struct xenstore_value name = {.key = "dev", .value = disk->device, .size = sizeof disk->device};
    int state =
        xenbus_wait_for(front->backend_path, XENBUS_BIT(XenbusStateInitWait), deadline, &name, 1);
    if (name.length <= 0) {
        name_by_number(front);
    }
    return state;
}

int blkfront_offer(struct blkfront *front, uint64_t deadline)
{
    int state = wait_for_backend(front, deadline);
    if (state < 0) {
        return give_up(front, state, "the backend is not ready");
    }
    front->open = true;
    int error = blkring_open(&front->ring);
    error = error != 0 ? error : name_ring(front);
    return error != 0 ? give_up(front, error, "cannot offer a ring") : 0;
}

/* The size is in units of 512 bytes, whatever the device's own sectors are. */
static int take_geometry(struct blkfront *front, const struct xenstore_value *sectors,
                         const struct xenstore_value *sector_size)
{
    uint64_t count = 0, size = 0;
    int error = first_error(sectors->length, sector_size->length);
    error = error != 0 ? error : xenstore_number(sectors->value, &count);
    error = error != 0 ? error : xenstore_number(sector_size->value, &size);
    if (error != 0) {
        return error;
    }
    bool good_size = is_power_of_two(size) && size >= SECTOR_SIZE && size <= PAGE_SIZE;
    if (!good_size || !checked_mul(count, SECTOR_SIZE, &front->disk.size)) {
        return ERR_INVALID;
    }
    front->disk.sector_size = (uint32_t)size;
    return 0;
}

/* Has the backend said this, and is it a number? */
static bool take_number(const struct xenstore_value *value, uint64_t *number)
{
    return value->length >= 0 && xenstore_number(value->value, number) == 0;
}

/* Pages in a request. A backend that knows no indirect ones, or says nonsense, takes a few. */
static unsigned segments(const struct xenstore_value *indirect)
{
    uint64_t number = 0;
    return take_number(indirect, &number) && number > BLKIF_MAX_SEGMENTS_PER_REQUEST
               ? (unsigned)min_u64(number, BLKRING_SEGMENTS)
               : BLKIF_MAX_SEGMENTS_PER_REQUEST;
}

/* A backend that does not say what the device is gets no writes. */
static bool is_writable(const struct xenstore_value *info)
{
    uint64_t bits = 0;
    return take_number(info, &bits) && (bits & (VDISK_READONLY | VDISK_CDROM)) == 0;
}

/* Waits for the backend to be connected; what it says of the disk comes with that. */
static int wait_for_geometry(struct blkfront *front, uint64_t deadline)
{
    char texts[4][NUMBER_SIZE];
    struct xenstore_value values[] = {
        {.key = "sectors", .value = texts[0], .size = NUMBER_SIZE},
        {.key = "sector-size", .value = texts[1], .size = NUMBER_SIZE},
        {.key = "feature-max-indirect-segments", .value = texts[2], .size = NUMBER_SIZE},
        {.key = "info", .value = texts[3], .size = NUMBER_SIZE},
    };
    int state =
        xenbus_wait_for(front->backend_path, XENBUS_BIT(XenbusStateConnected), deadline, values, 4);
    if (state < 0) {
        return give_up(front, state, "the backend does not connect");
    }
    front->disk.read_only = !is_writable(&values[3]);
    /* The first page of a buffer may begin in its middle: that costs one of the segments. */
    front->disk.max_request = (segments(&values[2]) - 1) * PAGE_SIZE;
    int error = take_geometry(front, &values[0], &values[1]);
    return error != 0 ? give_up(front, error, "cannot read its size from xenstore") : 0;
}

/* What has been found on it may lie past its end now. */
static int refuse_smaller(struct blkfront *front, uint64_t before)
{
    const struct disk *disk = &front->disk;
    return fail(front->log, die(front, ERR_IO),
                "%s (%s): it came back with %lu sectors of the %lu that it had: disk given up",
                disk->name, disk->device, disk->size / SECTOR_SIZE, before / SECTOR_SIZE);
}

int blkfront_connect(struct blkfront *front, uint64_t deadline)
{
    uint64_t before = front->disk.size; /* 0: it is opened for the first time */
    int error = wait_for_geometry(front, deadline);
    if (error != 0) {
        front->disk.size = before;
        return error;
    }
    xenbus_send_state(front->path, XenbusStateConnected);
    front->connected = true;
    return front->disk.size < before ? refuse_smaller(front, before) : 0;
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

/* The keys that name the ring go, and the backend is told that there will be another. */
static int forget_ring(const struct blkfront *front)
{
    char state[NUMBER_SIZE];
    (void)snprintf(state, sizeof state, "%d", XenbusStateInitialising); /* one digit */
    const struct xenstore_change changes[] = {
        {"protocol", NULL}, {"ring-ref", NULL}, {"event-channel", NULL}, {"state", state}};
    return change_keys(front, changes, 4);
}

int blkfront_renew(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateClosed), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend does not close");
    }
    blkring_close(&front->ring);
    int error = forget_ring(front);
    return error != 0 ? give_up(front, error, "cannot be made ready for the next kernel") : 0;
}

int blkfront_finish(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateInitWait), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend does not get ready for the next kernel");
    }
    front->open = false;
    if (front->ring.lent != 0) {
        return fail(front->log, ERR_BUSY,
                    "%s (%s): the backend has not given back %u pages; no kernel is safe from it",
                    front->disk.name, front->disk.device, front->ring.lent);
    }
    return 0;
}
