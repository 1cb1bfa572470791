/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/blkfront.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "hypervisor/xen-pv/time.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/xen/xenbus.h"

#define PATIENCE (30 * SECONDS) /* for an answer to a request in flight */

/* ---- reading -------------------------------------------------------------------------------- */

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

static int blkfront_submit(struct disk *disk, struct disk_request *read)
{
    struct blkfront *front = front_of(disk);
    return front->dead || !front->connected ? ERR_IO : blkring_submit(&front->ring, read);
}

/* Until something is answered, or nothing is in flight. */
static int wait_for_answers(struct blkfront *front)
{
    const struct disk *disk = &front->disk;
    uint64_t deadline = time_now() + PATIENCE;
    for (;;) {
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
        if (!blkring_wait(&front->ring, deadline)) {
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
    front->ring.backend = (domid_t)domain;
    front->ring.handle = (blkif_vdev_t)vbd;
    read_device_name(front);
    front->ring.shared = arena_pages(arena, PAGE_SIZE << BLKRING_ORDER);
    return front->ring.shared == NULL ? give_up(front, ERR_NO_MEMORY, "no page for the ring") : 0;
}

/* A number that the backend need not have written: 0 where it has not. At most `limit`. */
static unsigned read_feature(const struct blkfront *front, const char *key, unsigned limit)
{
    uint64_t value = 0;
    return read_key(front->backend_path, key, &value) == 0 ? (unsigned)min_u64(value, limit) : 0;
}

/* The ring's page number `index`: by its old name where it is the only one. */
static void page_key(const struct blkfront *front, unsigned index, char key[16])
{
    (void)snprintf(key, 16, front->ring.order == 0 ? "ring-ref" : "ring-ref%u", index); /* fits */
}

static int name_pages(const struct blkfront *front)
{
    char key[16];
    unsigned order = front->ring.order;
    int error = order == 0 ? 0 : write_number(front, "ring-page-order", order);
    for (unsigned i = 0; error == 0 && i < 1U << order; i++) {
        page_key(front, i, key);
        error = write_number(front, key, front->ring.grants[i]);
    }
    return error;
}

int blkfront_offer(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateInitWait), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend is not ready");
    }
    front->open = true;
    unsigned order = read_feature(front, "max-ring-page-order", BLKRING_ORDER);
    int error = blkring_open(&front->ring, order);
    error = error != 0 ? error : name_pages(front);
    error = error != 0 ? error : write_number(front, "event-channel", front->ring.port);
    error = error != 0 ? error : xenbus_set_state(front->path, XenbusStateInitialised);
    return error != 0 ? give_up(front, error, "cannot offer a ring") : 0;
}

/* The size is in units of 512 bytes, whatever the device's own sectors are. */
static int read_geometry(struct blkfront *front)
{
    uint64_t sectors, sector_size;
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
    return 0;
}

/*
 * How much one request can read, and how many there can be. The first page of a buffer may begin in
 * its middle: that costs one of the segments.
 */
static void read_limits(struct blkfront *front)
{
    unsigned indirect = read_feature(front, "feature-max-indirect-segments", BLKRING_SEGMENTS);
    unsigned segments = (unsigned)max_u64(indirect, BLKIF_MAX_SEGMENTS_PER_REQUEST);
    front->disk.max_request = (segments - 1) * PAGE_SIZE;
    front->disk.queue_depth = RING_SIZE(&front->ring.front);
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
    read_limits(front);
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

static void remove_key(const struct blkfront *front, const char *key)
{
    char path[XENSTORE_PATH_SIZE];
    key_path(path, front->path, key);
    (void)xenstore_remove(path); /* one that was never written is not missed */
}

static void remove_keys(const struct blkfront *front)
{
    char key[16];
    for (unsigned i = 0; i < 1U << front->ring.order; i++) {
        page_key(front, i, key);
        remove_key(front, key);
    }
    if (front->ring.order > 0) {
        remove_key(front, "ring-page-order");
    }
    remove_key(front, "event-channel");
}

int blkfront_renew(struct blkfront *front, uint64_t deadline)
{
    int state = xenbus_wait(front->backend_path, XENBUS_BIT(XenbusStateClosed), deadline);
    if (state < 0) {
        return give_up(front, state, "the backend does not close");
    }
    blkring_close(&front->ring);
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
    if (front->ring.lent != 0) {
        return fail(front->log, ERR_BUSY,
                    "%s (%s): the backend has not given back %u pages; no kernel is safe from it",
                    front->disk.name, front->disk.device, front->ring.lent);
    }
    return 0;
}
