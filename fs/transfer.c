/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/transfer.h"

#include <string.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { BOUNCE_SIZE = 4096 }; /* bytes: the largest sector there is */

static void read_failed(struct transfer *transfer, const struct disk *disk,
                        const struct disk_request *request, int error)
{
    if (transfer->error == 0) {
        transfer->error =
            fail(transfer->source->log, error, "%s: cannot read %s (%s) at sector %lu: %s",
                 transfer->source->name, disk->name, disk->device, request->offset / SECTOR_SIZE,
                 error_text(error));
    }
}

/* ---- requests in flight --------------------------------------------------------------------- */

/* Hands a request to its disk. Returns what submit() does. */
static int submit(struct disk *disk, struct disk_request *request)
{
    struct disk_counters *counters = &disk->counters;
    int error = disk->submit(disk, request);
    if (error == 0) {
        counters->requests++;
        counters->bytes += request->length;
        counters->in_flight++;
        counters->deepest = (unsigned)max_u64(counters->deepest, counters->in_flight);
    }
    return error;
}

int transfer_begin(struct disk *disk, struct disk_request *request)
{
    int error;
    while ((error = submit(disk, request)) == ERR_BUSY && disk->wait(disk) == 0) {
    }
    return error;
}

int transfer_await(struct disk *disk, struct disk_request *request)
{
    while (!request->done) {
        (void)disk->wait(disk); /* a dead disk ends the request, with its status */
    }
    disk->counters.in_flight--;
    return request->status;
}

int transfer_request(struct disk *disk, struct disk_request *request)
{
    int error = transfer_begin(disk, request);
    return error != 0 ? error : transfer_await(disk, request);
}

static int free_request(const struct transfer *transfer)
{
    for (int i = 0; i < TRANSFER_REQUESTS; i++) {
        if (transfer->disks[i] == NULL) {
            return i;
        }
    }
    return -1;
}

/* Takes back the requests that are done. Returns one that is not, or -1. */
static int reap(struct transfer *transfer)
{
    int waiting = -1;
    for (int i = 0; i < TRANSFER_REQUESTS; i++) {
        if (transfer->disks[i] == NULL) {
            continue;
        }
        if (!transfer->requests[i].done) {
            waiting = i;
            continue;
        }
        if (transfer->requests[i].status != 0) {
            read_failed(transfer, transfer->disks[i], &transfer->requests[i],
                        transfer->requests[i].status);
        }
        transfer->disks[i]->counters.in_flight--;
        transfer->disks[i] = NULL;
    }
    return waiting;
}

static void advance(struct transfer *transfer, size_t length)
{
    transfer->offset += length;
    transfer->buffer += length;
    transfer->left -= length;
    transfer->extent.offset += length;
    transfer->extent.memory += transfer->extent.kind == EXTENT_MEMORY ? length : 0;
    transfer->extent.length -= length;
}

/* ---- one step each for the kinds of extents ------------------------------------------------- */

/*
 * Returns how many bytes one request can bring straight into the buffer: whole sectors, or 0. A
 * short rest that ends inside of a sector is no matter for two requests.
 */
static size_t direct_length(const struct transfer *transfer)
{
    const struct disk *disk = transfer->extent.disk;
    uint64_t length = min_u64(transfer->extent.length, transfer->left);
    bool aligned = transfer->extent.offset % disk->sector_size == 0 &&
                   (uintptr_t)transfer->buffer % SECTOR_SIZE == 0;
    bool short_rest = length < BOUNCE_SIZE && length % disk->sector_size != 0;
    return aligned && !short_rest
               ? align_down(min_u64(length, disk->max_request), disk->sector_size)
               : 0;
}

/* Returns false when the queue is full, or no slot is free. */
static bool submit_direct(struct transfer *transfer, size_t length)
{
    int slot = free_request(transfer);
    if (slot < 0) {
        return false;
    }
    struct disk *disk = transfer->extent.disk;
    struct disk_request *request = &transfer->requests[slot];
    *request = (struct disk_request){
        .offset = transfer->extent.offset, .length = length, .buffer = transfer->buffer};
    int error = submit(disk, request);
    if (error == ERR_BUSY) {
        return false;
    }
    if (error != 0) {
        read_failed(transfer, disk, request, error);
        return true;
    }
    transfer->disks[slot] = disk;
    advance(transfer, length);
    return true;
}

/*
 * Reads the sector (or more) that holds the next bytes, and copies them. Waits for it: such reads
 * are few.
 */
static void read_bounced(struct transfer *transfer)
{
    uint8_t bounce[BOUNCE_SIZE] __attribute__((aligned(SECTOR_SIZE)));
    struct disk *disk = transfer->extent.disk;
    size_t skip = transfer->extent.offset % disk->sector_size;
    size_t room = align_down(BOUNCE_SIZE, disk->sector_size) - skip;
    size_t length = min_u64(min_u64(transfer->extent.length, transfer->left), room);
    struct disk_request request = {.offset = transfer->extent.offset - skip,
                                   .length = align_up(skip + length, disk->sector_size),
                                   .buffer = bounce};
    int error = transfer_request(disk, &request);
    disk->counters.bounced += length;
    if (error != 0) {
        read_failed(transfer, disk, &request, error);
        return;
    }
    memcpy(transfer->buffer, bounce + skip, length);
    advance(transfer, length);
}

/* Returns false when the queue is full. */
static bool step_disk(struct transfer *transfer)
{
    size_t length = direct_length(transfer);
    if (length > 0) {
        return submit_direct(transfer, length);
    }
    read_bounced(transfer);
    return true;
}

static void step_memory(struct transfer *transfer)
{
    size_t length = min_u64(transfer->extent.length, transfer->left);
    if (transfer->extent.kind == EXTENT_ZERO) {
        memset(transfer->buffer, 0, length);
    } else {
        memcpy(transfer->buffer, transfer->extent.memory, length);
    }
    advance(transfer, length);
}

/* Has the bytes made, and waits for that. */
static void step_made(struct transfer *transfer)
{
    const struct source *maker = transfer->extent.below;
    size_t length = min_u64(transfer->extent.length, transfer->left);
    transfer->error = maker->make(maker, transfer->extent.offset, transfer->buffer, length);
    advance(transfer, length);
}

/* ---- the whole read ------------------------------------------------------------------------- */

/* Returns false when nothing more can be asked for just now. */
static bool step(struct transfer *transfer)
{
    if (transfer->left == 0 || transfer->error != 0) {
        return false;
    }
    if (transfer->extent.length == 0) {
        transfer->error = source_resolve(transfer->source, transfer->offset, &transfer->extent);
        return transfer->error == 0;
    }
    switch (transfer->extent.kind) {
    case EXTENT_DISK:
        return step_disk(transfer);
    case EXTENT_MADE:
        step_made(transfer);
        return true;
    default:
        step_memory(transfer);
        return true;
    }
}

void transfer_start(struct transfer *transfer, const struct source *source, uint64_t offset,
                    void *buffer, size_t length)
{
    memset(transfer, 0, sizeof *transfer);
    transfer->source = source;
    transfer->offset = offset;
    transfer->buffer = buffer;
    transfer->left = length;
    if (!range_within(offset, length, source->size)) {
        transfer->error =
            fail(source->log, ERR_RANGE, "%s: bytes %lu to %lu are past its end at %lu",
                 source->name, offset, offset + length, source->size);
    }
    transfer_pump(transfer);
}

void transfer_pump(struct transfer *transfer)
{
    (void)reap(transfer);
    while (step(transfer)) {
    }
}

int transfer_finish(struct transfer *transfer)
{
    for (;;) {
        transfer_pump(transfer);
        int waiting = reap(transfer);
        bool complete = transfer->left == 0 || transfer->error != 0;
        if (waiting < 0 && complete) {
            return transfer->error;
        }
        struct disk *disk = waiting >= 0 ? transfer->disks[waiting] : transfer->extent.disk;
        (void)disk->wait(disk); /* a dead disk ends its requests, with their status */
    }
}

int source_read(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    struct transfer transfer;
    transfer_start(&transfer, source, offset, buffer, length);
    return transfer_finish(&transfer);
}
