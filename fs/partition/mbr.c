/* SPDX-License-Identifier: BSD-2-Clause */
/* The MBR's primary partitions, and the logical ones in its extended partitions. */
#include "fs/partition/mbr.h"

#include <stdio.h>

#include "fs/partition/table.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

enum { LOGICAL_LIMIT = 128 /* records that are read of one chain */ };

static const uint8_t *entry_at(const uint8_t *sector, unsigned index)
{
    return sector + MBR_ENTRIES + index * MBR_ENTRY_SIZE;
}

static bool is_extended(uint8_t type)
{
    return type == TYPE_EXTENDED || type == TYPE_EXTENDED_LBA || type == TYPE_EXTENDED_LINUX;
}

/*
 * A boot sector of FAT or of a BSD ends in 55 AA as well, and has code or text where a table's
 * entries would be. In a real one every entry says bootable or not, and what is used has a size.
 */
bool mbr_is_table(const uint8_t *sector)
{
    unsigned used = 0;
    if (le16(sector + MBR_SIGNATURE) != 0xAA55) {
        return false;
    }
    for (unsigned i = 0; i < MBR_PRIMARIES; i++) {
        const uint8_t *entry = entry_at(sector, i);
        if ((entry[ENTRY_BOOTABLE] & 0x7F) != 0) {
            return false;
        }
        if (entry[ENTRY_TYPE] != 0) {
            if (le32(entry + ENTRY_FIRST) == 0 || le32(entry + ENTRY_COUNT) == 0) {
                return false;
            }
            used++;
        }
    }
    return used > 0;
}

bool mbr_is_protective(const uint8_t *sector)
{
    for (unsigned i = 0; i < MBR_PRIMARIES; i++) {
        if (entry_at(sector, i)[ENTRY_TYPE] == TYPE_PROTECTIVE) {
            return true;
        }
    }
    return false;
}

static enum nesting nesting_of(uint8_t type)
{
    switch (type) {
    case TYPE_FREEBSD:
        return NESTS_FREEBSD_LABEL;
    case TYPE_OPENBSD:
    case TYPE_NETBSD:
        return NESTS_LABEL;
    default:
        return NESTS_NOTHING;
    }
}

static enum content content_of(uint8_t type)
{
    switch (type) {
    case TYPE_LINUX:
        return CONTENT_EXT;
    case TYPE_FREEBSD:
    case TYPE_OPENBSD:
    case TYPE_NETBSD:
        return CONTENT_FFS;
    default:
        return is_extended(type) ? CONTENT_PARTITIONS : CONTENT_ANY;
    }
}

static int add_entry(struct partition_finder *finder, struct partition *device, unsigned index,
                     const uint8_t *entry, uint64_t base)
{
    struct partition what = {.kind = PARTITION_MBR,
                             .index = index,
                             .order = index,
                             .nests = nesting_of(entry[ENTRY_TYPE]),
                             .content = content_of(entry[ENTRY_TYPE])};
    (void)snprintf(what.type, sizeof what.type, "%02x", entry[ENTRY_TYPE]);
    return partition_add(finder, device, device, &what,
                         (base + le32(entry + ENTRY_FIRST)) * finder->sector_size,
                         (uint64_t)le32(entry + ENTRY_COUNT) * finder->sector_size);
}

/* ---- logical partitions --------------------------------------------------------------------- */

/* A walk along the chain of one extended partition. Sectors count from the device's start. */
struct chain {
    struct partition_finder *finder;
    struct partition *device;
    uint64_t start; /* of the extended partition */
    uint64_t visited[LOGICAL_LIMIT];
    unsigned length;
};

static bool is_visited(const struct chain *chain, uint64_t record)
{
    for (unsigned i = 0; i < chain->length; i++) {
        if (chain->visited[i] == record) {
            return true;
        }
    }
    return false;
}

static int check_record(const struct chain *chain, uint64_t record)
{
    const struct source *source = &chain->device->slice.source;
    if (is_visited(chain, record)) {
        return fail(source->log, ERR_LOOP,
                    "%s: the chain of logical partitions leads back to sector %lu", source->name,
                    record);
    }
    if (chain->length == LOGICAL_LIMIT) {
        return fail(source->log, ERR_TOO_LARGE, "%s: more than %d logical partitions in one",
                    source->name, (int)LOGICAL_LIMIT);
    }
    return 0;
}

static int read_record(struct chain *chain, uint64_t record, uint8_t *sector)
{
    const struct source *source = &chain->device->slice.source;
    int error = check_record(chain, record);
    if (error != 0) {
        return error;
    }
    chain->visited[chain->length++] = record;
    error = partition_read(chain->finder, chain->device, record * chain->finder->sector_size,
                           sector, TABLE_SECTOR);
    if (error != 0) {
        return error;
    }
    return le16(sector + MBR_SIGNATURE) == 0xAA55
               ? 0
               : fail(source->log, ERR_CORRUPT, "%s: there is no partition table in sector %lu",
                      source->name, record);
}

/* Adds what one record lists. Where the next one lies goes to *next; 0: there is none. */
static int take_record(struct chain *chain, uint64_t record, unsigned *index, uint64_t *next)
{
    uint8_t sector[TABLE_SECTOR];
    int error = read_record(chain, record, sector);
    *next = 0;
    for (unsigned i = 0; error == 0 && i < MBR_PRIMARIES; i++) {
        const uint8_t *entry = entry_at(sector, i);
        if (is_extended(entry[ENTRY_TYPE])) {
            *next = chain->start + le32(entry + ENTRY_FIRST);
        } else if (entry[ENTRY_TYPE] != 0) {
            error = add_entry(chain->finder, chain->device, (*index)++, entry, record);
        }
    }
    return error;
}

static int find_logical(struct partition_finder *finder, struct partition *device, uint64_t start,
                        unsigned *index)
{
    struct chain chain = {.finder = finder, .device = device, .start = start};
    int error = 0;
    for (uint64_t record = start, next; error == 0 && record != 0; record = next) {
        error = take_record(&chain, record, index, &next);
    }
    return error;
}

/* --------------------------------------------------------------------------------------------- */

static int find_primary(struct partition_finder *finder, struct partition *device,
                        const uint8_t *sector)
{
    int error = 0;
    for (unsigned i = 0; error == 0 && i < MBR_PRIMARIES; i++) {
        const uint8_t *entry = entry_at(sector, i);
        if (entry[ENTRY_TYPE] != 0) {
            error = add_entry(finder, device, i, entry, 0);
        }
    }
    return error;
}

/* A chain that is damaged does not hide the next one: the first error counts. */
int mbr_find(struct partition_finder *finder, struct partition *device, const uint8_t *sector)
{
    unsigned index = MBR_PRIMARIES;
    device->table = "MBR partition table";
    int first_error = find_primary(finder, device, sector);
    for (unsigned i = 0; first_error != ERR_NO_MEMORY && i < MBR_PRIMARIES; i++) {
        const uint8_t *entry = entry_at(sector, i);
        if (is_extended(entry[ENTRY_TYPE])) {
            int error = find_logical(finder, device, le32(entry + ENTRY_FIRST), &index);
            first_error = first_error == 0 ? error : first_error;
        }
    }
    return first_error;
}
