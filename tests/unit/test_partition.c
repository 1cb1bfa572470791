/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/cache.h"
#include "fs/partition/partition.h"
#include "lib/bytes.h"
#include "tests/unit/testing.h"

enum { DISK_SIZE = 1 << 20 };

static uint8_t disk[DISK_SIZE];

struct found {
    struct capture capture;
    struct arena arena;
    struct memory_source source;
    struct partition_list list;
};

static void put_entry(unsigned index, uint8_t type, uint32_t first, uint32_t count)
{
    uint8_t *entry = disk + 446 + 16 * index;
    entry[4] = type;
    put_le32(entry + 8, first);
    put_le32(entry + 12, count);
    put_le16(disk + 510, 0xAA55);
}

static void find(struct found *found, uint32_t sector_size)
{
    capture_open(&found->capture);
    testing_arena(&found->arena, 2 << 20);
    memory_source_open(&found->source, disk, DISK_SIZE, "hd0", &found->capture.log);
    struct cache *cache = cache_create(&found->arena);
    assert_int_equal(
        partitions_find(&found->list, &found->source.source, sector_size, cache, &found->arena), 0);
}

static int clear(void **state)
{
    (void)state;
    memset(disk, 0, sizeof disk);
    return 0;
}

static void primaries(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, 100);
    put_entry(2, 0xA9, 200, 1000);
    find(&found, 512);
    assert_int_equal(found.list.count, 3);
    assert_string_equal(found.list.partitions[0].slice.source.name, "(hd0)");
    assert_int_equal(found.list.partitions[0].index, -1);
    assert_string_equal(found.list.partitions[1].slice.source.name, "(hd0,0)");
    assert_int_equal(found.list.partitions[1].slice.source.size, 100 * 512);
    assert_string_equal(found.list.partitions[2].slice.source.name, "(hd0,2)");
    assert_int_equal(found.list.partitions[2].slice.offset, 200 * 512);
    assert_int_equal(found.list.partitions[2].type, 0xA9);
    testing_arena_close(&found.arena);
}

static void entries_count_the_devices_own_sectors(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 8, 16);
    find(&found, 4096);
    assert_int_equal(found.list.partitions[1].slice.offset, 8 * 4096);
    testing_arena_close(&found.arena);
}

static void one_that_leaves_the_disk_is_named_and_left_out(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, UINT32_MAX);
    put_entry(1, 0x83, 100, 100);
    find(&found, 512);
    assert_int_equal(found.list.count, 2);
    assert_int_equal(found.list.partitions[1].index, 1);
    expect_logged(&found.capture, "too long", "(hd0,0): bytes");
    testing_arena_close(&found.arena);
}

static void a_boot_sector_is_no_table(void **state)
{
    (void)state;
    struct found found;
    put_le16(disk + 510, 0xAA55);
    find(&found, 512);
    assert_int_equal(found.list.count, 1); /* no entry in use */
    testing_arena_close(&found.arena);
    put_entry(0, 0x83, 63, 100);
    disk[446 + 16] = 'N'; /* text where an entry says bootable or not */
    find(&found, 512);
    assert_int_equal(found.list.count, 1);
    assert_string_equal(found.list.partitions[0].table, "none");
    testing_arena_close(&found.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(primaries, clear),
        cmocka_unit_test_setup(entries_count_the_devices_own_sectors, clear),
        cmocka_unit_test_setup(one_that_leaves_the_disk_is_named_and_left_out, clear),
        cmocka_unit_test_setup(a_boot_sector_is_no_table, clear),
    };
    return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
