/* SPDX-License-Identifier: BSD-2-Clause */
/* MBRs, and the chains of records of their logical partitions. */
#include "tests/unit/partition_disk.h"

static void primaries(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, 100);
    put_entry(2, 0x0B, 200, 1000);
    find(&found, 512);
    expect_sectors(&found, "(hd0)", 0, SECTORS);
    expect_sectors(&found, "(hd0,0)", 63, 100);
    expect_sectors(&found, "(hd0,2)", 200, 1000);
    assert_string_equal(named(&found, "(hd0,2)")->type, "0b");
    assert_string_equal(found.list.first->table, "MBR partition table");
    close_found(&found, "", 3);
}

static void entries_count_the_devices_own_sectors(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 8, 16);
    find(&found, 4096);
    expect_sectors(&found, "(hd0,0)", 64, 128);
    close_found(&found, "", 2);
}

/* As Linux does: a disk can be a part of the one that the table was made for. */
static void one_that_ends_past_the_disk_is_cut(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, UINT32_MAX);
    find(&found, 512);
    expect_sectors(&found, "(hd0,0)", 63, SECTORS - 63);
    close_found(&found, "are past the end of (hd0) at 1048576: it is cut", 2);
}

static void one_that_begins_past_the_disk_is_left_out(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, SECTORS, 100);
    put_entry(1, 0x83, 100, 100);
    find(&found, 512);
    expect_sectors(&found, "(hd0,1)", 100, 100);
    close_found(&found, "(hd0,0): bytes 1048576 to 1099776 are past the end", 2);
}

static void a_boot_sector_is_no_table(void **state)
{
    (void)state;
    struct found found;
    put_le16(disk + 510, 0xAA55);
    find(&found, 512);
    close_found(&found, "", 1); /* no entry in use */
    put_entry(0, 0x83, 63, 100);
    disk[446 + 16] = 'N'; /* text where an entry says bootable or not */
    find(&found, 512);
    assert_string_equal(found.list.first->table, "");
    close_found(&found, "", 1);
}

/* Three logical partitions in a chain, whose second record lies before the first one. */
static void make_logical(void)
{
    put_entry(1, TYPE_EXTENDED_LBA, 500, 1000);
    put_entry_at(disk + 500 * 512, 0, 0x83, 10, 50);
    put_entry_at(disk + 500 * 512, 1, TYPE_EXTENDED, 300, 200);
    put_entry_at(disk + 800 * 512, 0, 0x83, 10, 60);
    put_entry_at(disk + 800 * 512, 1, TYPE_EXTENDED, 100, 100);
    put_entry_at(disk + 600 * 512, 0, 0x83, 10, 70);
}

static void logical_partitions(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, 100);
    make_logical();
    find(&found, 512);
    expect_sectors(&found, "(hd0,4)", 510, 50);
    expect_sectors(&found, "(hd0,5)", 810, 60);
    expect_sectors(&found, "(hd0,6)", 610, 70);
    close_found(&found, "", 6);
}

static void chains_that_cannot_be(void **state)
{
    (void)state;
    struct found found;
    make_logical();
    put_entry_at(disk + 600 * 512, 1, TYPE_EXTENDED, 300, 100); /* back to the second */
    find(&found, 512);
    assert_int_equal(found.error, ERR_LOOP);
    expect_sectors(&found, "(hd0,6)", 610, 70); /* what came before is there */
    close_found(&found, "(hd0): the chain of logical partitions leads back to sector 800", 5);
    put_entry_at(disk + 600 * 512, 1, TYPE_EXTENDED, 400, 100); /* to where nothing is */
    find(&found, 512);
    assert_int_equal(found.error, ERR_CORRUPT);
    close_found(&found, "there is no partition table in sector 900", 5);
    put_entry_at(disk + 600 * 512, 1, TYPE_EXTENDED, UINT32_MAX, 100);
    find(&found, 512);
    assert_int_equal(found.error, ERR_RANGE);
    close_found(&found, "(hd0): bytes", 5);
}

/* Whatever is found lies on the disk. */
static void damaged_tables(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (unsigned round = 0; round < 400; round++) {
        (void)clear(NULL);
        make_logical();
        damage(440, 72, &seed);
        damage((size_t)500 * 512 + 440, 72, &seed);
        expect_all_within(512);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(primaries, clear),
        cmocka_unit_test_setup(entries_count_the_devices_own_sectors, clear),
        cmocka_unit_test_setup(one_that_ends_past_the_disk_is_cut, clear),
        cmocka_unit_test_setup(one_that_begins_past_the_disk_is_left_out, clear),
        cmocka_unit_test_setup(a_boot_sector_is_no_table, clear),
        cmocka_unit_test_setup(logical_partitions, clear),
        cmocka_unit_test_setup(chains_that_cannot_be, clear),
        cmocka_unit_test_setup(damaged_tables, clear),
    };
    return cmocka_run_group_tests_name("MBR", tests, NULL, NULL);
}
