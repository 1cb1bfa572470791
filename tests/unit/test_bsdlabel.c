/* SPDX-License-Identifier: BSD-2-Clause */
/* Disklabels of NetBSD, FreeBSD and OpenBSD, in slices and on whole disks. */
#include "tests/unit/label_maker.h"

static void netbsd_label_in_a_slice(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, 100);
    put_entry(1, TYPE_NETBSD, 200, 1000);
    struct label_maker label = open_label(disk + 201 * 512, false);
    put_part(&label, 'a', 7, 200, 500);
    put_part(&label, 'b', 1, 700, 100);
    put_part(&label, 'c', FSTYPE_UNUSED, 200, 1000);
    put_part(&label, 'd', FSTYPE_UNUSED, 0, SECTORS);
    put_part(&label, 'e', 7, 63, 100); /* not in the slice at all, which is allowed */
    put_part(&label, 'p', 17, 900, 100);
    seal_label(&label, 16);
    find(&found, 512);
    expect_sectors(&found, "(hd0,1)", 200, 1000);
    expect_sectors(&found, "(hd0,1,a)", 200, 500);
    expect_sectors(&found, "(hd0,1,b)", 700, 100);
    expect_sectors(&found, "(hd0,1,e)", 63, 100);
    expect_sectors(&found, "(hd0,1,p)", 900, 100);
    assert_string_equal(named(&found, "(hd0,1,a)")->type, "4.2BSD");
    assert_string_equal(named(&found, "(hd0,1)")->table, "BSD disklabel");
    close_found(&found, "", 7);
}

/* FreeBSD's offsets count from partition c's, be that 0 or the slice's own. */
static void freebsd_labels(void **state)
{
    (void)state;
    static const uint32_t origins[] = {0, 200};
    for (size_t i = 0; i < 2; i++) {
        struct found found;
        (void)clear(NULL);
        put_entry(0, TYPE_FREEBSD, 200, 1000);
        struct label_maker label = open_label(disk + 201 * 512, false);
        put_part(&label, 'a', 7, origins[i] + 16, 500);
        put_part(&label, 'c', FSTYPE_UNUSED, origins[i], 1000);
        put_part(&label, 'd', 7, origins[i] + 516, 400);
        seal_label(&label, 8);
        find(&found, 512);
        expect_sectors(&found, "(hd0,0,a)", 216, 500);
        expect_sectors(&found, "(hd0,0,d)", 716, 400);
        close_found(&found, "", 4);
    }
}

/* The bits above 32 are in what was the fragment size. */
static void openbsd_label(void **state)
{
    (void)state;
    struct found found;
    put_entry(3, TYPE_OPENBSD, 64, 1900);
    struct label_maker label = open_label(disk + 65 * 512, false);
    put16(&label, LABEL_VERSION, 1);
    put_part(&label, 'a', 7, 64, 500);
    put_part(&label, 'd', 7, 600, 500);
    put16(&label, LABEL_ENTRIES + 3 * LABEL_ENTRY_SIZE + LABEL_OFFSET_HIGH, 1);
    seal_label(&label, 16);
    find(&found, 512);
    expect_sectors(&found, "(hd0,3,a)", 64, 500);
    close_found(&found, "(hd0,3,d): bytes 2199023562752", 3);
}

/* In sector 1 of the disk beside a file system, or where big-endian machines have it. */
static void labels_of_whole_disks(void **state)
{
    (void)state;
    static const size_t places[] = {512, 64, 0, 128};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct found found;
        (void)clear(NULL);
        struct label_maker label = open_label(disk + places[i], i != 0);
        put_part(&label, 'a', 7, 0, 1000);
        put_part(&label, 'v', 7, 1000, 500); /* the 22nd */
        seal_label(&label, 22);
        find(&found, 512);
        expect_sectors(&found, "(hd0,a)", 0, 1000);
        expect_sectors(&found, "(hd0,v)", 1000, 500);
        close_found(&found, "", 3);
    }
}

static void labels_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint16_t value, count;
        const char *words;
    } table[] = {
        {LABEL_SECTOR_SIZE, 0, 8, "(hd0): BSD disklabel at byte 512: the sector size"},
        {LABEL_SECTOR_SIZE, 1000, 8, "the sector size cannot be right"},
        {LABEL_SECTOR_SIZE, 8192, 8, "the sector size cannot be right"},
        {60, 1, 0, "the number of partitions cannot be right"},
        {60, 1, 23, "the number of partitions cannot be right"},
        {60, 1, 1000, "the number of partitions cannot be right"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct found found;
        (void)clear(NULL);
        struct label_maker label = open_label(disk + 512, false);
        put_part(&label, 'a', 7, 100, 100);
        put16(&label, table[i].offset, table[i].value);
        seal_label(&label, table[i].count);
        find(&found, 512);
        assert_int_equal(found.error, ERR_CORRUPT);
        close_found(&found, table[i].words, 1);
    }
    struct found found;
    (void)clear(NULL);
    struct label_maker label = open_label(disk + 512, false);
    seal_label(&label, 8);
    disk[512 + 300] ^= 1; /* in an entry that is not counted: no matter */
    find(&found, 512);
    close_found(&found, "", 1);
    disk[512 + 200] ^= 1;
    find(&found, 512);
    close_found(&found, "the checksum cannot be right", 1);
}

static void entry_before_its_slice(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, TYPE_FREEBSD, 200, 1000);
    struct label_maker label = open_label(disk + 201 * 512, false);
    put_part(&label, 'a', 7, 100, 500);
    put_part(&label, 'c', FSTYPE_UNUSED, 200, 1000);
    seal_label(&label, 8);
    find(&found, 512);
    close_found(&found, "(hd0,0): BSD disklabel: a begins before its slice", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(netbsd_label_in_a_slice, clear),
        cmocka_unit_test_setup(freebsd_labels, clear),
        cmocka_unit_test_setup(openbsd_label, clear),
        cmocka_unit_test_setup(labels_of_whole_disks, clear),
        cmocka_unit_test_setup(labels_that_cannot_be, clear),
        cmocka_unit_test_setup(entry_before_its_slice, clear),
    };
    return cmocka_run_group_tests_name("disklabel", tests, NULL, NULL);
}
