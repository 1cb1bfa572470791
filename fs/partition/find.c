/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdio.h>

#include "fs/cache.h"
#include "fs/partition/mbr.h"
#include "fs/partition/partition.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

enum { TABLE_SIZE = 512, ENTRY_LIMIT = 1 + MBR_PRIMARIES };

/*
 * A boot sector of FAT or of a BSD ends in 55 AA as well, and has code or text where a table's
 * entries would be. In a real one every entry says bootable or not, and what is used has a size.
 */
static bool is_table(const uint8_t *sector)
{
    unsigned used = 0;
    if (le16(sector + MBR_SIGNATURE) != 0xAA55) {
        return false;
    }
    for (unsigned i = 0; i < MBR_PRIMARIES; i++) {
        const uint8_t *entry = sector + MBR_ENTRIES + i * MBR_ENTRY_SIZE;
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

static int add_whole_disk(struct partition_list *list, const struct source *disk,
                          struct arena *arena)
{
    struct partition *partition = &list->partitions[list->count];
    char *name = arena_format(arena, "(%s)", disk->name);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    *partition = (struct partition){.index = -1, .table = "none"};
    list->count++;
    return slice_source_open(&partition->slice, disk, 0, disk->size,
                             name); /* all of it: in range */
}

static int add_entry(struct partition_list *list, const struct source *disk, struct arena *arena,
                     unsigned index, const uint8_t *entry, uint32_t sector_size)
{
    struct partition *partition = &list->partitions[list->count];
    char *name = arena_format(arena, "(%s,%u)", disk->name, index);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    *partition = (struct partition){.index = (int)index, .type = entry[ENTRY_TYPE], .table = "mbr"};
    uint64_t first = (uint64_t)le32(entry + ENTRY_FIRST) * sector_size;
    uint64_t length = (uint64_t)le32(entry + ENTRY_COUNT) * sector_size;
    if (slice_source_open(&partition->slice, disk, first, length, name) == 0) {
        list->count++; /* one that is not all there is logged, and left out */
    }
    return 0;
}

int partitions_find(struct partition_list *list, const struct source *disk, uint32_t sector_size,
                    struct cache *cache, struct arena *arena)
{
    uint8_t sector[TABLE_SIZE];
    list->count = 0;
    list->partitions = arena_array(arena, ENTRY_LIMIT, sizeof *list->partitions);
    int error = list->partitions == NULL ? ERR_NO_MEMORY : add_whole_disk(list, disk, arena);
    if (error != 0 || disk->size < TABLE_SIZE) {
        return error;
    }
    error = cache_read(cache, &list->partitions[0].slice.source, 0, sector, sizeof sector);
    if (error != 0 || !is_table(sector)) {
        return error;
    }
    list->partitions[0].table = "mbr";
    for (unsigned i = 0; error == 0 && i < MBR_PRIMARIES; i++) {
        const uint8_t *entry = sector + MBR_ENTRIES + i * MBR_ENTRY_SIZE;
        if (entry[ENTRY_TYPE] != 0) {
            error = add_entry(list, disk, arena, i, entry, sector_size);
        }
    }
    return error;
}
