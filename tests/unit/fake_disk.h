/* SPDX-License-Identifier: BSD-2-Clause */
/* A disk in memory that answers out of order, counts, and fails where it is told to. */
#pragma once

#include "pvops/disk.h"
#include "tests/unit/testing.h"

enum { FAKE_QUEUE = 8 };

struct fake_disk {
    struct disk disk; /* first */
    const uint8_t *bytes;
    uint8_t *writable; /* the same bytes; NULL: a write is a mistake */
    unsigned writes;
    struct disk_request *queue[FAKE_QUEUE];
    unsigned in_flight, deepest, requests;
    uint64_t bad_offset; /* reads that touch this byte fail */
    bool dead;           /* says nothing any more */
    unsigned seed;
};

static inline int fake_submit(struct disk *disk, struct disk_request *request)
{
    struct fake_disk *fake = (struct fake_disk *)disk;
    if (fake->in_flight == disk->queue_depth) {
        return ERR_BUSY;
    }
    assert_int_equal(request->offset % disk->sector_size, 0);
    assert_int_equal(request->length % disk->sector_size, 0);
    assert_int_equal((uintptr_t)request->buffer % SECTOR_SIZE, 0);
    assert_true(request->length > 0 && request->length <= disk->max_request);
    assert_true(request->offset + request->length <= disk->size);
    fake->queue[fake->in_flight++] = request;
    fake->requests++;
    fake->deepest = fake->in_flight > fake->deepest ? fake->in_flight : fake->deepest;
    return 0;
}

static inline void fake_finish(struct fake_disk *fake, unsigned index, int status)
{
    struct disk_request *request = fake->queue[index];
    bool bad = fake->bad_offset - request->offset < request->length;
    request->status = status != 0 ? status : bad ? ERR_IO : 0;
    if (request->status == 0 && request->write) {
        assert_non_null(fake->writable);
        memcpy(fake->writable + request->offset, request->buffer, request->length);
        fake->writes++;
    } else if (request->status == 0) {
        memcpy(request->buffer, fake->bytes + request->offset, request->length);
    }
    request->done = true;
    fake->queue[index] = fake->queue[--fake->in_flight];
}

static inline int fake_wait(struct disk *disk)
{
    struct fake_disk *fake = (struct fake_disk *)disk;
    if (fake->dead) {
        while (fake->in_flight > 0) {
            fake_finish(fake, 0, ERR_TIMEOUT);
        }
        return ERR_TIMEOUT;
    }
    if (fake->in_flight > 0) {
        fake_finish(fake, (unsigned)rand_r(&fake->seed) % fake->in_flight, 0);
    }
    return 0;
}

static inline void fake_open(struct fake_disk *fake, const uint8_t *bytes, uint64_t size,
                             uint32_t sector_size)
{
    *fake = (struct fake_disk){.bytes = bytes, .bad_offset = UINT64_MAX, .seed = 1};
    fake->disk = (struct disk){.name = "hd0",
                               .device = "fake",
                               .size = size,
                               .sector_size = sector_size,
                               .max_request = 40960,
                               .queue_depth = FAKE_QUEUE,
                               .submit = fake_submit,
                               .wait = fake_wait};
}
