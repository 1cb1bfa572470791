/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/transfer.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/wait.h"

int transfer_failed(const struct source *source, const struct disk *disk, uint64_t offset,
                    int error)
{
    return fail(source->log, error, "%s: cannot read %s (%s) at sector %lu: %s", source->name,
                disk->name, disk->device, offset / SECTOR_SIZE, error_text(error));
}

/*
 * What a disk cannot read may be had from the spare: the bytes that the request was to bring. The
 * first failure is said, the others follow from it.
 */
static void read_failed(struct transfer *transfer, const struct disk *disk,
                        const struct disk_request *request, int error, const struct spare *spare)
{
    const struct source *maker = spare->source;
    if (transfer->error != 0) {
        return;
    }
    transfer->error = maker != NULL
                          ? maker->make(maker, spare->offset, request->buffer, request->length)
                          : transfer_failed(transfer->source, disk, request->offset, error);
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

static struct wait begin_wait(const struct disk *disk)
{
    return wait_begin(disk->waiter, disk->name, disk->device, "the backend has not answered",
                      disk->waiter->patience);
}

/* Counts a wait that is over. A disk that has said nothing for too long is given up. */
static void end_wait(struct disk *disk, const struct wait *wait, int error)
{
    disk->counters.waited += wait_now(disk->waiter) - wait->since;
    if (error != 0) {
        log_line(disk->waiter->log, "%s (%s): %s for %lu s: given up", disk->name, disk->device,
                 wait->silence, wait_seconds(wait));
        disk->give_up(disk, error);
    }
}

/* Waits until a request of the disk's is done, or all are: it was given up. */
static void wait_for_answer(struct disk *disk)
{
    struct wait wait = begin_wait(disk);
    uint64_t before = disk->answered;
    int error = 0;
    while (error == 0 && disk->answered == before) {
        error = wait_more(&wait);
    }
    end_wait(disk, &wait, error);
}

/* Submits a request as soon as whatever is full is no longer so; that can be another disk's doing. */
static int submit_when_possible(struct disk *disk, struct disk_request *request)
{
    struct wait wait = begin_wait(disk);
    int error = 0, result = ERR_BUSY;
    while (error == 0 && result == ERR_BUSY) {
        error = wait_more(&wait);
        result = submit(disk, request);
    }
    end_wait(disk, &wait, result != ERR_BUSY ? 0 : error);
    return result != ERR_BUSY ? result : error;
}

int transfer_begin(struct disk *disk, struct disk_request *request)
{
    int error = submit(disk, request);
    return error == ERR_BUSY ? submit_when_possible(disk, request) : error;
}

int transfer_await(struct disk *disk, struct disk_request *request)
{
    while (!request->done) {
        wait_for_answer(disk);
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
        struct disk_request *request = &transfer->requests[i];
        struct disk *disk = transfer->disks[i];
        disk->counters.in_flight--;
        transfer->disks[i] = NULL;
        if (request->status != 0) {
            read_failed(transfer, disk, request, request->status, &transfer->spares[i]);
        }
    }
    return waiting;
}

static void advance(struct transfer *transfer, size_t length)
{
    transfer->offset += length;
    transfer->buffer += length;
    transfer->left -= length;
    transfer->extent.offset += length;
    transfer->extent.spare.offset += length;
    transfer->extent.memory += transfer->extent.kind == EXTENT_MEMORY ? length : 0;
    transfer->extent.length -= length;
}

/* ---- one step each for the kinds of extents ------------------------------------------------- */

/*
 * Can a request bring the next bytes straight into the buffer? Not into memory that the disk could
 * not keep if it were given up: the stack.
 */
static bool is_direct(const struct transfer *transfer)
{
    const struct disk *disk = transfer->extent.disk;
    return transfer->extent.offset % disk->sector_size == 0 &&
           (uintptr_t)transfer->buffer % disk->sector_size == 0 &&
           (disk->arena == NULL || arena_contains(disk->arena, transfer->buffer));
}

/*
 * Returns how many bytes one request can bring straight into the buffer: whole sectors, or 0. A
 * short rest that ends inside of a sector is no matter for two requests.
 */
static size_t direct_length(const struct transfer *transfer)
{
    const struct disk *disk = transfer->extent.disk;
    uint64_t length = min_u64(transfer->extent.length, transfer->left);
    bool short_rest = length < LARGEST_SECTOR && length % disk->sector_size != 0;
    return is_direct(transfer) && !short_rest
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
    int error = transfer->may_wait ? transfer_begin(disk, request) : submit(disk, request);
    transfer->may_wait = false;
    if (error == ERR_BUSY) {
        return false;
    }
    if (error != 0) {
        read_failed(transfer, disk, request, error, &transfer->extent.spare);
    } else {
        transfer->disks[slot] = disk;
        transfer->spares[slot] = transfer->extent.spare;
    }
    advance(transfer, length);
    return true;
}

/*
 * Reads the sector (or more) that holds the next bytes, and copies them. Waits for it: such reads
 * are few.
 */
static void read_bounced(struct transfer *transfer)
{
    struct disk *disk = transfer->extent.disk;
    size_t skip = transfer->extent.offset % disk->sector_size;
    size_t room = LARGEST_SECTOR - skip;
    size_t length = min_u64(min_u64(transfer->extent.length, transfer->left), room);
    struct disk_request request = {.offset = transfer->extent.offset - skip,
                                   .length = align_up(skip + length, disk->sector_size),
                                   .buffer = disk->bounce};
    int error = transfer_request(disk, &request);
    disk->counters.bounced += length;
    if (error != 0) {
        request.buffer = transfer->buffer; /* what it was to bring */
        request.length = length;
        read_failed(transfer, disk, &request, error, &transfer->extent.spare);
    } else {
        memcpy(transfer->buffer, disk->bounce + skip, length);
    }
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
        if (waiting >= 0) {
            wait_for_answer(transfer->disks[waiting]);
        }
        transfer->may_wait = waiting < 0; /* others have taken all that there is */
    }
}

int source_read(const struct source *source, uint64_t offset, void *buffer, size_t length)
{
    struct transfer transfer;
    transfer_start(&transfer, source, offset, buffer, length);
    return transfer_finish(&transfer);
}
