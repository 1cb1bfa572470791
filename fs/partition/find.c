/* SPDX-License-Identifier: BSD-2-Clause */
/* Which tables are looked for where: on a device, and in its slices. */
#include <string.h>

#include "fs/partition/partition.h"
#include "fs/partition/table.h"
#include "lib/checked.h"
#include "lib/error.h"

/* The first error counts, but one that is no more than "there is none" does not. */
static void note(int *first, int error)
{
    if (*first == 0 && error != ERR_UNKNOWN) {
        *first = error;
    }
}

/* The labels in those slices of a device that a BSD made. */
static int find_in_slices(struct partition_finder *finder, struct partition *device, bool *labelled)
{
    int first_error = 0;
    struct partition *last = finder->list->last; /* those of the labels come after it */
    for (struct partition *slice = device; slice != last;) {
        slice = slice->next;
        bool relative = slice->nests == NESTS_FREEBSD_LABEL;
        if (slice->parent == device && (slice->nests == NESTS_LABEL || relative)) {
            int error = bsdlabel_find(finder, device, slice, relative);
            *labelled = *labelled || error == 0;
            note(&first_error, error);
        }
    }
    return first_error;
}

/*
 * An ISO 9660 that is made for disks as well has a table for these: it counts sectors of 512 bytes,
 * on a CD-ROM too.
 */
static bool is_hybrid(const struct partition_finder *finder, const struct partition *device)
{
    enum { MARK = 32769, CD_SECTOR = 2048 };
    static const char mark[] = {'C', 'D', '0', '0', '1'};
    uint8_t bytes[sizeof mark];
    return finder->sector_size == CD_SECTOR &&
           range_within(MARK, sizeof bytes, device->slice.source.size) &&
           partition_read(finder, device, MARK, bytes, sizeof bytes) == 0 &&
           memcmp(bytes, mark, sizeof mark) == 0;
}

/*
 * The tables of a device. A label of the device itself counts where no slice has
 * one: so do kernels read it.
 */
static int find_tables(struct partition_finder *finder, struct partition *device)
{
    uint8_t sector[TABLE_SECTOR];
    if (device->slice.source.size < sizeof sector) {
        return 0;
    }
    int error = partition_read(finder, device, 0, sector, sizeof sector);
    if (error != 0) {
        return error;
    }
    bool has_mbr = mbr_is_table(sector);
    if (has_mbr && is_hybrid(finder, device)) {
        finder->sector_size = TABLE_SECTOR;
    }
    bool labelled = false;
    bool protective = has_mbr && mbr_is_protective(sector);
    error = has_mbr && !protective ? ERR_UNKNOWN : gpt_find(finder, device, protective);
    bool has_gpt = error == 0;
    if (error == ERR_UNKNOWN && has_mbr) {
        error = mbr_find(finder, device, sector);
    }
    if (error != ERR_NO_MEMORY) {
        int nested = find_in_slices(finder, device, &labelled);
        note(&error, nested);
    }
    if (!labelled && !has_gpt && (error == 0 || error == ERR_UNKNOWN)) {
        error = bsdlabel_find(finder, device, device, false);
    }
    return error == ERR_UNKNOWN ? 0 : error;
}

int partitions_find(struct partition_list *list, const struct source *device, uint32_t sector_size,
                    struct cache *cache, struct arena *arena)
{
    struct partition_finder finder = {
        .list = list, .sector_size = sector_size, .cache = cache, .arena = arena};
    *list = (struct partition_list){.sector_size = sector_size};
    int error = partition_add_device(&finder, device);
    if (error != 0) {
        return error;
    }
    return find_tables(&finder, list->first);
}
