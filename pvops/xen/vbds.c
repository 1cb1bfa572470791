/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/vbds.h"

#include <string.h>

#include "hypervisor/xen/time.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/xen/blkfront.h"

#define PATIENCE (15 * SECONDS) /* for all backends together, in each direction */

enum { NAMES_SIZE = 4096 };

static void insert_sorted(uint64_t *numbers, size_t count, uint64_t number)
{
    size_t at = count;
    for (; at > 0 && numbers[at - 1] > number; at--) {
        numbers[at] = numbers[at - 1];
    }
    numbers[at] = number;
}

/*
 * The names of device/vbd, as numbers, ascending. Every name has two bytes at least, with its NUL.
 */
static size_t list_numbers(const char *names, size_t length, uint64_t *numbers)
{
    size_t count = 0;
    for (size_t at = 0; at < length; at += strlen(names + at) + 1) {
        uint64_t number;
        if (xenstore_number(names + at, &number) == 0) {
            insert_sorted(numbers, count++, number);
        }
    }
    return count;
}

typedef int (*timed_step)(struct blkfront *, uint64_t deadline);

/*
 * One step for every disk that is (or is not yet) open, and has not got stuck; the others go on without
 * one that does. Returns the first error.
 */
static int step(struct vbds *vbds, timed_step function, bool open)
{
    uint64_t deadline = time_now() + PATIENCE;
    int first_error = 0;
    for (size_t i = 0; i < vbds->count; i++) {
        struct blkfront *front = &vbds->fronts[i];
        if (front->ring.shared == NULL || front->open != open || vbds->stuck[i]) {
            continue; /* no backend is known, or it did not come this far */
        }
        int error = function(front, deadline);
        vbds->stuck[i] = error != 0;
        first_error = first_error != 0 ? first_error : error;
    }
    return first_error;
}

static void forget_stuck(struct vbds *vbds)
{
    for (size_t i = 0; i < vbds->count; i++) {
        vbds->stuck[i] = false;
    }
}

void vbds_reopen(struct vbds *vbds)
{
    forget_stuck(vbds);
    (void)step(vbds, blkfront_offer, false); /* logged; such a disk has size 0 */
    (void)step(vbds, blkfront_connect, true);
}

int vbds_open(struct vbds *vbds, struct arena *arena, struct log *log)
{
    char names[NAMES_SIZE];
    uint64_t numbers[NAMES_SIZE / 2];
    *vbds = (struct vbds){0};
    int length = xenstore_directory("device/vbd", names, sizeof names);
    if (length == ERR_NOT_FOUND) {
        return 0; /* a domain without disks */
    }
    if (length < 0) {
        return fail(log, length, "xenstore: cannot list the disks in device/vbd: %s",
                    error_text(length));
    }
    vbds->count = list_numbers(names, (size_t)length, numbers);
    vbds->fronts = arena_array(arena, vbds->count, sizeof *vbds->fronts);
    vbds->disks = arena_array(arena, vbds->count, sizeof(struct disk *));
    vbds->stuck = arena_array(arena, vbds->count, sizeof(bool));
    if (vbds->fronts == NULL || vbds->disks == NULL || vbds->stuck == NULL) {
        return fail(log, ERR_NO_MEMORY, "no memory for %lu disks", vbds->count);
    }
    for (size_t i = 0; i < vbds->count; i++) {
        (void)blkfront_create(&vbds->fronts[i], numbers[i], (unsigned)i, arena, log); /* logged */
        vbds->disks[i] = &vbds->fronts[i].disk;
    }
    vbds_reopen(vbds);
    return 0;
}

static int closing(struct blkfront *front, uint64_t deadline)
{
    (void)deadline;
    return blkfront_closing(front);
}

void vbds_begin_closing(struct vbds *vbds)
{
    forget_stuck(vbds);
    vbds->first_error = step(vbds, closing, true);
}

int vbds_close(struct vbds *vbds)
{
    static const timed_step steps[] = {blkfront_closed, blkfront_renew, blkfront_finish};
    int first_error = vbds->first_error;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        int error = step(vbds, steps[i], true);
        first_error = first_error != 0 ? first_error : error;
    }
    return first_error;
}
