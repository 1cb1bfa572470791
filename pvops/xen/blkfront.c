/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/blkfront.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/wait.h"

#define RETRY_INTERVAL (10 * WAIT_SECOND) /* between two attempts to open a disk again */

static struct blkfront *front_of_disk(struct disk *disk)
{
    return (struct blkfront *)disk;
}

static struct blkfront *front_of(struct frontend *frontend)
{
    return (struct blkfront *)((char *)frontend - offsetof(struct blkfront, frontend));
}

/* ---- requests ------------------------------------------------------------------------------- */

/* What others may know of the ring. */
static void publish(struct blkfront *front)
{
    front->disk.answered = front->ring.done;
    front->disk.lent = front->ring.lent;
}

static void blkfront_give_up(struct disk *disk, int status)
{
    struct blkfront *front = front_of_disk(disk);
    if (!front->ring.has_answered) {
        front->failed_at = wait_now(disk->waiter);
    }
    blkring_abandon(&front->ring, status);
    publish(front);
    frontend_give_up(&front->frontend);
}

static void die(struct blkfront *front)
{
    front->dead = true;
    blkfront_give_up(&front->disk, ERR_IO);
}

/*
 * Has it just been of no use at all? Then what is asked of it fails at once, for a search looks at
 * many places; until somebody presses a key, and wants to see again.
 */
static bool is_hopeless(const struct blkfront *front)
{
    const struct waiter *waiter = front->disk.waiter;
    return front->failed_at != 0 && wait_now(waiter) - front->failed_at < RETRY_INTERVAL &&
           waiter->typed <= front->failed_at;
}

/* Opens a disk that was given up anew. */
static int make_ready(struct blkfront *front)
{
    struct frontend *frontend = &front->frontend;
    if (front->dead) {
        return ERR_IO;
    }
    if (frontend->stage == FRONTEND_CONNECTED) {
        return 0;
    }
    if (is_hopeless(front)) {
        return ERR_TIMEOUT;
    }
    int error = frontend_reopen(frontend);
    front->failed_at = error != 0 ? wait_now(frontend->waiter) : 0;
    return error;
}

static int blkfront_submit(struct disk *disk, struct disk_request *wanted)
{
    struct blkfront *front = front_of_disk(disk);
    int error = make_ready(front);
    return error != 0 ? error : blkring_submit(&front->ring, wanted);
}

static bool take_answers(struct frontend *frontend)
{
    struct blkfront *front = front_of(frontend);
    struct disk *disk = &front->disk;
    int count = blkring_take_answers(&front->ring);
    if (count < 0) {
        log_line(frontend->log,
                 "%s (%s): the backend answers a request that was not made: disk given up",
                 disk->name, disk->device);
        die(front);
        return true;
    }
    publish(front);
    return count > 0;
}

static unsigned take_back(struct frontend *frontend)
{
    struct blkfront *front = front_of(frontend);
    blkring_take_back(&front->ring);
    publish(front);
    return front->ring.lent;
}

/* ---- opening -------------------------------------------------------------------------------- */

/* "xvda", as the host names the device; one whose name it does not say goes by its number. */
static void take_name(struct frontend *frontend, const struct xenstore_value *name)
{
    struct blkfront *front = front_of(frontend);
    char *device = front->disk.device;
    size_t size = sizeof front->disk.device;
    if (name->length > 0) {
        (void)snprintf(device, size, "%.15s", name->value); /* cut */
    } else {
        (void)snprintf(device, size, "vbd-%lu", front->vbd);
    }
}

static void start(struct frontend *frontend)
{
    struct blkring *ring = &front_of(frontend)->ring;
    ring->backend = frontend->backend;
    ring->port = frontend->port;
    blkring_start(ring, frontend->page);
}

/* What a backend says of a disk, in the order of connect_keys. */
enum { SECTORS, SECTOR_BYTES, INDIRECT_SEGMENTS, INFO, FLUSH_CACHE };

/* Has the backend said this, and is it a number? */
static bool take_number(const struct xenstore_value *value, uint64_t *number)
{
    return value->length >= 0 && xenstore_number(value->value, number) == 0;
}

/* The size is in units of 512 bytes, whatever the device's own sectors are. */
static int take_size(struct disk *disk, const struct xenstore_value *values)
{
    uint64_t count, sector_size, size;
    if (!take_number(&values[SECTORS], &count) ||
        !take_number(&values[SECTOR_BYTES], &sector_size)) {
        return values[SECTORS].length < 0 ? values[SECTORS].length : ERR_INVALID;
    }
    bool good_size =
        is_power_of_two(sector_size) && sector_size >= SECTOR_SIZE && sector_size <= LARGEST_SECTOR;
    if (!good_size || !checked_mul(count, SECTOR_SIZE, &size)) {
        return ERR_INVALID;
    }
    disk->size = size;
    disk->sector_size = (uint32_t)sector_size;
    return 0;
}

/* Pages in a request. A backend that knows no indirect ones, or says nonsense, takes a few. */
static unsigned segments(const struct xenstore_value *indirect)
{
    uint64_t number = 0;
    return take_number(indirect, &number) && number > BLKIF_MAX_SEGMENTS_PER_REQUEST
               ? (unsigned)min_u64(number, BLKRING_SEGMENTS)
               : BLKIF_MAX_SEGMENTS_PER_REQUEST;
}

static bool is_one(const struct xenstore_value *value)
{
    uint64_t number = 0;
    return take_number(value, &number) && number == 1;
}

static void take_abilities(struct disk *disk, const struct xenstore_value *values)
{
    uint64_t info = VDISK_READONLY; /* a backend that does not say what it is gets no writes */
    (void)take_number(&values[INFO], &info);
    disk->kind = (info & VDISK_CDROM) != 0 ? DISK_CDROM : DISK_HARD;
    disk->read_only = (info & (VDISK_READONLY | VDISK_CDROM)) != 0;
    disk->flushes = is_one(&values[FLUSH_CACHE]);
    /* The first page of a buffer may begin in its middle: that costs one of the segments. */
    disk->max_request = (segments(&values[INDIRECT_SEGMENTS]) - 1) * PAGE_SIZE;
}

static int take_description(struct frontend *frontend, const struct xenstore_value *values)
{
    struct blkfront *front = front_of(frontend);
    struct disk *disk = &front->disk;
    uint64_t before = disk->size; /* 0: it is opened for the first time */
    int error = take_size(disk, values);
    if (error != 0) {
        return error;
    }
    take_abilities(disk, values);
    if (disk->size < before) { /* what has been found on it may lie past its end now */
        front->dead = true;
        log_line(frontend->log,
                 "%s (%s): it came back with %lu sectors of the %lu that it had: disk given up",
                 disk->name, disk->device, disk->size / SECTOR_SIZE, before / SECTOR_SIZE);
    }
    return 0;
}

static const struct frontend_type blkfront_type = {
    .offer_keys = {.names = {"dev"}, .count = 1},
    .connect_keys = {.names = {[SECTORS] = "sectors",
                               [SECTOR_BYTES] = "sector-size",
                               [INDIRECT_SEGMENTS] = "feature-max-indirect-segments",
                               [INFO] = "info",
                               [FLUSH_CACHE] = "feature-flush-cache"},
                     .count = 5},
    .offer = take_name,
    .start = start,
    .connect = take_description,
    .take_answers = take_answers,
    .take_back = take_back,
};

int blkfront_create(struct blkfront *front, uint64_t vbd, unsigned index,
                    const struct blkfront_surroundings *around)
{
    *front = (struct blkfront){.vbd = vbd};
    struct disk *disk = &front->disk;
    *disk = (struct disk){
        .number = index,
        .sector_size = SECTOR_SIZE,
        .queue_depth = BLKRING_SLOTS,
        .waiter = around->waiter,
        .arena = around->arena,
        .bounce = arena_pages(around->arena, LARGEST_SECTOR),
        .submit = blkfront_submit,
        .give_up = blkfront_give_up,
    };
    (void)snprintf(disk->name, sizeof disk->name, "hd%u", index);
    front->ring = (struct blkring){.handle = (blkif_vdev_t)vbd, .arena = around->arena};
    front->frontend = (struct frontend){
        .type = &blkfront_type,
        .waiter = around->waiter,
        .log = around->log,
        .name = disk->name,
        .device = disk->device,
        .page = arena_pages(around->arena, PAGE_SIZE),
    };
    const struct xenstore_value unnamed = {.length = ERR_NOT_FOUND};
    take_name(&front->frontend, &unnamed);
    (void)snprintf(front->frontend.path, sizeof front->frontend.path, "device/vbd/%lu", vbd);
    if (disk->bounce == NULL || front->frontend.page == NULL) {
        return fail(around->log, ERR_NO_MEMORY, "%s (%s): no pages for its ring", disk->name,
                    disk->device);
    }
    frontend_create(&front->frontend);
    return 0;
}
