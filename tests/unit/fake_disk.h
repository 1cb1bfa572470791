/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk in memory that answers out of order, counts, and fails where it is told to. */
#pragma once

#include "pvops/clock.h"
#include "pvops/disk.h"
#include "pvops/wait.h"
#include "tests/unit/testing.h"

enum { FAKE_QUEUE = 8 };

struct fake_disk {
    struct disk disk;     /* first */
    struct waiter waiter; /* its own: a sleep answers one request */
    struct clock clock;
    struct capture said; /* by the waiter */
    uint64_t now;        /* microseconds: only a sleep in which nothing comes takes time */
    const uint8_t *bytes;
    uint8_t *writable; /* the same bytes; NULL: a write is a mistake */
    unsigned writes, flushes, sleeps;
    struct disk_request *queue[FAKE_QUEUE];
    unsigned in_flight, deepest, requests;
    uint64_t bad_offset; /* reads that touch this byte fail */
    bool silent;         /* answers nothing */
    bool keeps;          /* what is lent, when it is given up */
    unsigned given_up;   /* so often */
    unsigned room_after; /* sleeps until there is room in its queue: others have taken all */
    unsigned seed;
    _Alignas(LARGEST_SECTOR) uint8_t bounce[LARGEST_SECTOR];
};

static inline void fake_check(const struct disk *disk, const struct disk_request *request)
{
    assert_int_equal(request->offset % disk->sector_size, 0);
    assert_int_equal(request->length % disk->sector_size, 0);
    assert_int_equal((uintptr_t)request->buffer % disk->sector_size, 0);
    assert_true(request->length > 0 && request->length <= disk->max_request);
    assert_true(request->offset + request->length <= disk->size);
    bool bounced = request->buffer == disk->bounce;
    assert_true(disk->arena == NULL || bounced || arena_contains(disk->arena, request->buffer));
}

static inline int fake_submit(struct disk *disk, struct disk_request *request)
{
    struct fake_disk *fake = (struct fake_disk *)disk;
    if (fake->in_flight == disk->queue_depth || fake->sleeps < fake->room_after) {
        return ERR_BUSY;
    }
    if (request->operation != DISK_FLUSH) {
        fake_check(disk, request);
    }
    request->done = request->lent = false;
    fake->queue[fake->in_flight++] = request;
    fake->requests++;
    fake->deepest = fake->in_flight > fake->deepest ? fake->in_flight : fake->deepest;
    return 0;
}

static inline void fake_do(struct fake_disk *fake, const struct disk_request *request)
{
    switch (request->operation) {
    case DISK_READ:
        memcpy(request->buffer, fake->bytes + request->offset, request->length);
        break;
    case DISK_WRITE:
        assert_non_null(fake->writable);
        memcpy(fake->writable + request->offset, request->buffer, request->length);
        fake->writes++;
        break;
    case DISK_FLUSH:
        fake->flushes++;
        break;
    }
}

static inline void fake_finish(struct fake_disk *fake, unsigned index, int status)
{
    struct disk_request *request = fake->queue[index];
    bool bad = fake->bad_offset - request->offset < request->length;
    request->status = status != 0 ? status : bad ? ERR_IO : 0;
    if (request->status == 0) {
        fake_do(fake, request);
    }
    request->done = true;
    fake->disk.answered++;
    fake->queue[index] = fake->queue[--fake->in_flight];
}

static inline void fake_give_up(struct disk *disk, int status)
{
    struct fake_disk *fake = (struct fake_disk *)disk;
    fake->given_up++;
    while (fake->in_flight > 0) {
        fake->queue[0]->lent = fake->keeps;
        disk->lent += fake->keeps ? 1 : 0;
        fake_finish(fake, 0, status);
    }
}

static inline void fake_sleep(struct waiter *waiter, uint64_t deadline)
{
    struct fake_disk *fake =
        (struct fake_disk *)((char *)waiter - offsetof(struct fake_disk, waiter));
    fake->sleeps++;
    if (fake->in_flight > 0 && !fake->silent) {
        fake_finish(fake, (unsigned)rand_r(&fake->seed) % fake->in_flight, 0);
    } else {
        fake->now = deadline;
    }
}

static inline uint64_t fake_now(struct clock *clock)
{
    return ((struct fake_disk *)((char *)clock - offsetof(struct fake_disk, clock)))->now;
}

static inline void fake_open(struct fake_disk *fake, const uint8_t *bytes, uint64_t size,
                             uint32_t sector_size)
{
    *fake = (struct fake_disk){.bytes = bytes, .bad_offset = UINT64_MAX, .seed = 1};
    capture_open(&fake->said);
    fake->clock.microseconds = fake_now;
    fake->waiter = (struct waiter){.sleep = fake_sleep,
                                   .clock = &fake->clock,
                                   .log = &fake->said.log,
                                   .patience = 120 * WAIT_SECOND};
    fake->disk = (struct disk){.name = "hd0",
                               .device = "fake",
                               .size = size,
                               .sector_size = sector_size,
                               .max_request = 40960,
                               .queue_depth = FAKE_QUEUE,
                               .waiter = &fake->waiter,
                               .bounce = fake->bounce,
                               .submit = fake_submit,
                               .give_up = fake_give_up};
}
