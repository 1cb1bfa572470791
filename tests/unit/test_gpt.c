/* SPDX-License-Identifier: BSD-2-Clause */
/* GPTs, and their backups. */
#include <zlib.h>

#include "fs/partition/gpt.h"
#include "tests/unit/partition_disk.h"

/* ---- making --------------------------------------------------------------------------------- */

static void put_gpt_entry(uint8_t *table, unsigned index, const char *type, uint64_t first,
                          uint64_t last, const char *name)
{
    uint8_t *entry = table + (size_t)index * GPT_ENTRY_SIZE;
    memcpy(entry, type, 16);
    put_le64(entry + GPT_FIRST, first);
    put_le64(entry + GPT_LAST, last);
    for (size_t i = 0; name[i] != '\0'; i++) {
        put_le16(entry + GPT_NAME + 2 * i, (uint8_t)name[i]);
    }
}

/* A header in block `self` over a table of 128 entries in block `table`. */
static void seal_gpt(uint8_t *image, uint32_t block, uint64_t self, uint64_t table)
{
    uint8_t *header = image + self * block;
    memcpy(header, GPT_SIGNATURE, 8);
    put_le32(header + GPT_HEADER_LENGTH, GPT_HEADER_SIZE);
    put_le64(header + GPT_SELF, self);
    put_le64(header + GPT_TABLE, table);
    put_le32(header + GPT_ENTRY_COUNT, 128);
    put_le32(header + GPT_ENTRY_LENGTH, GPT_ENTRY_SIZE);
    put_le32(header + GPT_TABLE_CRC,
             (uint32_t)crc32(0, image + table * block, 128 * GPT_ENTRY_SIZE));
    put_le32(header + GPT_HEADER_CRC, 0);
    put_le32(header + GPT_HEADER_CRC, (uint32_t)crc32(0, header, GPT_HEADER_SIZE));
}

#define NETBSD_FFS "\x5a\x8d\xf4\x49\x0e\xb1\xdc\x11\xb9\x9b\x00\x19\xd1\x87\x96\x48"

/* Two partitions, "root" and "data", with a table at the start and one at the end. */
static void make_gpt(uint32_t block)
{
    uint64_t blocks = DISK_SIZE / block;
    uint64_t length = 128 * GPT_ENTRY_SIZE / block;
    put_entry(0, TYPE_PROTECTIVE, 1, UINT32_MAX);
    for (unsigned i = 0; i < 2; i++) {
        uint64_t table = i == 0 ? 2 : blocks - 1 - length;
        put_gpt_entry(disk + table * block, 0, NETBSD_FFS, 40, 99, "root");
        put_gpt_entry(disk + table * block, 3, NETBSD_FFS, 100, 199, "data");
        seal_gpt(disk, block, i == 0 ? 1 : blocks - 1, table);
    }
}

/* ---- finding -------------------------------------------------------------------------------- */

static void gpt(void **state)
{
    (void)state;
    struct found found;
    make_gpt(512);
    find(&found, 512);
    expect_sectors(&found, "(hd0,0)", 40, 60);
    expect_sectors(&found, "(hd0,3)", 100, 100);
    assert_string_equal(named(&found, "(hd0,3)")->label, "data");
    assert_string_equal(named(&found, "(hd0,3)")->type, "netbsd-ffs");
    assert_int_equal(named(&found, "(hd0,3)")->order, 1);
    close_found(&found, "", 3);
}

static void gpt_of_4096_byte_blocks(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {4096, 512}; /* the disk's: an image can have moved */
    for (size_t i = 0; i < 2; i++) {
        struct found found;
        (void)clear(NULL);
        make_gpt(4096);
        find(&found, sizes[i]);
        expect_sectors(&found, "(hd0,0)", 320, 480);
        close_found(&found, "", 3);
    }
}

static void gpt_backup(void **state)
{
    (void)state;
    static const size_t places[] = {512 + GPT_TABLE, 512, 1024 + GPT_NAME, 512 + GPT_SELF};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct found found;
        (void)clear(NULL);
        make_gpt(512);
        disk[places[i]] ^= 1;
        find(&found, 512);
        expect_sectors(&found, "(hd0,0)", 40, 60);
        close_found(&found, "(hd0): GPT is damaged: its backup at byte 1048064 is used instead", 3);
    }
}

/* A disk that had a GPT once: its backup is all that is left of it, and means nothing. */
static void leftover_backup(void **state)
{
    (void)state;
    struct found found;
    make_gpt(512);
    memset(disk, 0, 2048);
    find(&found, 512);
    close_found(&found, "", 1);
}

static void damaged_gpt(void **state)
{
    (void)state;
    static const struct {
        size_t offset;
        uint32_t value;
        const char *words;
    } table[] = {
        {GPT_HEADER_LENGTH, 91, "length of the header"},
        {GPT_HEADER_LENGTH, UINT32_MAX, "length of the header"},
        {GPT_SELF, 2, "place of the header"},
        {GPT_TABLE, SECTORS, "place of the table"},
        {GPT_TABLE + 4, UINT32_MAX, "place of the table"},
        {GPT_ENTRY_COUNT, 0, "number of entries"},
        {GPT_ENTRY_COUNT, UINT32_MAX, "number of entries"},
        {GPT_ENTRY_LENGTH, 0, "size of an entry"},
        {GPT_ENTRY_LENGTH, 192, "size of an entry"},
        {GPT_TABLE_CRC, 0, "checksum of the table"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct found found;
        (void)clear(NULL);
        make_gpt(512);
        memset(disk + DISK_SIZE - 512, 0, 512); /* no backup */
        put_le32(disk + 512 + table[i].offset, table[i].value);
        put_le32(disk + 512 + GPT_HEADER_CRC, 0);
        put_le32(disk + 512 + GPT_HEADER_CRC, (uint32_t)crc32(0, disk + 512, GPT_HEADER_SIZE));
        find(&found, 512);
        assert_int_equal(found.error, ERR_CORRUPT);
        close_found(&found, table[i].words, 1);
    }
}

static void gpt_entries_that_cannot_be(void **state)
{
    (void)state;
    static const uint64_t ranges[][2] = {
        {0, 10}, {50, 49}, {SECTORS, SECTORS}, {UINT64_MAX, UINT64_MAX}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        struct found found;
        (void)clear(NULL);
        make_gpt(512);
        put_gpt_entry(disk + 1024, 0, NETBSD_FFS, ranges[i][0], ranges[i][1], "");
        seal_gpt(disk, 512, 1, 2);
        find(&found, 512);
        expect_sectors(&found, "(hd0,3)", 100, 100);
        close_found(&found, "(hd0): GPT: partition 0, from block", 2);
    }
}

static void one_that_ends_past_the_disk_is_cut(void **state)
{
    (void)state;
    static const uint64_t lasts[] = {SECTORS, UINT64_MAX};
    for (size_t i = 0; i < sizeof lasts / sizeof lasts[0]; i++) {
        struct found found;
        (void)clear(NULL);
        make_gpt(512);
        put_gpt_entry(disk + 1024, 0, NETBSD_FFS, 40, lasts[i], "");
        seal_gpt(disk, 512, 1, 2);
        find(&found, 512);
        expect_sectors(&found, "(hd0,0)", 40, SECTORS - 40);
        close_found(&found, "(hd0,0): bytes 20480 to", 3);
    }
}

/* Checksums are set right, so that what they cover is read; whatever is found lies on the disk. */
static void damaged_tables(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (unsigned round = 0; round < 400; round++) {
        (void)clear(NULL);
        make_gpt(512);
        damage(1024, 512, &seed);
        seal_gpt(disk, 512, 1, 2);
        damage(512, GPT_HEADER_SIZE, &seed);
        put_le32(disk + 512 + GPT_HEADER_CRC, 0);
        put_le32(disk + 512 + GPT_HEADER_CRC, (uint32_t)crc32(0, disk + 512, GPT_HEADER_SIZE));
        expect_all_within(512);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(gpt, clear),
        cmocka_unit_test_setup(gpt_of_4096_byte_blocks, clear),
        cmocka_unit_test_setup(gpt_backup, clear),
        cmocka_unit_test_setup(leftover_backup, clear),
        cmocka_unit_test_setup(damaged_gpt, clear),
        cmocka_unit_test_setup(gpt_entries_that_cannot_be, clear),
        cmocka_unit_test_setup(one_that_ends_past_the_disk_is_cut, clear),
        cmocka_unit_test_setup(damaged_tables, clear),
    };
    return cmocka_run_group_tests_name("GPT", tests, NULL, NULL);
}
