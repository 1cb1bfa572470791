/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/vbds.h"

#include <string.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/xen/blkfront.h"

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

int vbds_open(struct vbds *vbds, const struct blkfront_surroundings *around)
{
    struct arena *arena = around->arena;
    struct log *log = around->log;
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
    size_t count = list_numbers(names, (size_t)length, numbers);
    struct blkfront *fronts = arena_array(arena, count, sizeof *fronts);
    vbds->disks = arena_array(arena, count, sizeof(struct disk *));
    if (fronts == NULL || vbds->disks == NULL) {
        return fail(log, ERR_NO_MEMORY, "no memory for %lu disks", count);
    }
    vbds->count = count;
    for (size_t i = 0; i < count; i++) {
        (void)blkfront_create(&fronts[i], numbers[i], (unsigned)i, around); /* logged */
        vbds->disks[i] = &fronts[i].disk;
    }
    frontends_open();
    return 0;
}
