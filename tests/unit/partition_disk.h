/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of partition tables: a disk in memory, its MBR, and what is found on it. */
#pragma once

#include <stdbool.h>

#include "fs/cache.h"
#include "fs/partition/mbr.h"
#include "fs/partition/partition.h"
#include "fs/volume/assemble.h"
#include "lib/bytes.h"
#include "tests/unit/testing.h"

enum { DISK_SIZE = 1 << 20, SECTORS = DISK_SIZE / 512, ARENA_SIZE = 4 << 20 };

static uint8_t disk[DISK_SIZE];

struct found {
    struct capture capture;
    struct arena arena;
    struct memory_source source;
    struct partition_list list;
    struct assembly assembly;
    struct cache *cache;
    int error; /* of listing partitions */
};

/* ---- making --------------------------------------------------------------------------------- */

static inline void put_entry_at(uint8_t *sector, unsigned index, uint8_t type, uint32_t first,
                                uint32_t count)
{
    uint8_t *entry = sector + MBR_ENTRIES + (size_t)MBR_ENTRY_SIZE * index;
    entry[ENTRY_TYPE] = type;
    put_le32(entry + ENTRY_FIRST, first);
    put_le32(entry + ENTRY_COUNT, count);
    put_le16(sector + MBR_SIGNATURE, 0xAA55);
}

static inline void put_entry(unsigned index, uint8_t type, uint32_t first, uint32_t count)
{
    put_entry_at(disk, index, type, first, count);
}

static inline int clear(void **state)
{
    (void)state;
    memset(disk, 0, sizeof disk);
    return 0;
}

/* ---- finding -------------------------------------------------------------------------------- */

static inline void find(struct found *found, uint32_t sector_size)
{
    capture_open(&found->capture);
    testing_arena(&found->arena, ARENA_SIZE);
    memory_source_open(&found->source, disk, DISK_SIZE, "hd0", &found->capture.log);
    found->cache = cache_create(&found->arena);
    found->error = partitions_find(&found->list, &found->source.source, sector_size, found->cache,
                                   &found->arena);
    found->assembly = (struct assembly){
        .cache = found->cache, .arena = &found->arena, .log = &found->capture.log};
    assert_int_equal(assemble(&found->assembly, &found->list, 1), 0);
}

static inline const struct partition *named_in(const struct partition_list *list, const char *name)
{
    const struct partition *p = list->first;
    while (p != NULL && strcmp(p->slice.source.name, name) != 0) {
        p = p->next;
    }
    return p;
}

/* The partition of this name, on the disk or on a logical one; or NULL. */
static inline const struct partition *named(const struct found *found, const char *name)
{
    const struct partition *p = named_in(&found->list, name);
    for (const struct logical_disk *d = found->assembly.disks; p == NULL && d != NULL;
         d = d->next) {
        p = named_in(&d->partitions, name);
    }
    return p;
}

/* It is there, and its bytes are those sectors of the disk. */
static inline void expect_sectors(const struct found *found, const char *name, uint64_t first,
                                  uint64_t count)
{
    const struct partition *p = named(found, name);
    struct extent extent;
    if (p == NULL) {
        fail_msg("%s is not there: %s", name, found->capture.lines);
    }
    assert_int_equal(p->slice.source.size, count * 512);
    assert_int_equal(source_resolve(&p->slice.source, 0, &extent), 0);
    assert_int_equal(extent.memory - disk, first * 512);
}

static inline void close_found(struct found *found, const char *logged, size_t count)
{
    if (logged[0] == '\0') {
        assert_string_equal(found->capture.lines, "");
    }
    expect_logged(&found->capture, logged, logged);
    assert_int_equal(found->list.count, count);
    testing_arena_close(&found->arena);
}

/* ---- for damaged tables --------------------------------------------------------------------- */

static inline void damage(size_t first, size_t length, unsigned *seed)
{
    static const uint8_t telling[] = {0, 1, 0x7F, 0x80, 0xFF};
    for (unsigned i = 1 + (unsigned)rand_r(seed) % 6; i > 0; i--) {
        unsigned choice = (unsigned)rand_r(seed);
        disk[first + (size_t)rand_r(seed) % length] =
            choice % 2 == 0 ? telling[choice / 2 % 5] : (uint8_t)(choice >> 8);
    }
}

static inline void expect_within(const struct partition_list *list)
{
    for (const struct partition *p = list->first; p != NULL; p = p->next) {
        uint8_t byte;
        uint64_t size = p->slice.source.size;
        assert_int_equal(size > 0 ? source_read(&p->slice.source, size - 1, &byte, 1) : 0, 0);
    }
}

/* Whatever is found lies on the disk. */
static inline void expect_all_within(uint32_t sector_size)
{
    struct found found;
    find(&found, sector_size);
    expect_within(&found.list);
    for (const struct logical_disk *d = found.assembly.disks; d != NULL; d = d->next) {
        expect_within(&d->partitions);
    }
    testing_arena_close(&found.arena);
}
