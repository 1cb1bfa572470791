/* SPDX-License-Identifier: BSD-2-Clause */
/* Partition tables of every kind, nested, damaged and mutated. */
#include <stdbool.h>
#include <zlib.h>

#include "fs/cache.h"
#include "fs/partition/bsdlabel.h"
#include "fs/partition/gpt.h"
#include "fs/partition/mbr.h"
#include "fs/partition/partition.h"
#include "fs/partition/raidframe.h"
#include "lib/bytes.h"
#include "tests/unit/testing.h"

enum { DISK_SIZE = 1 << 20, SECTORS = DISK_SIZE / 512, ARENA_SIZE = 4 << 20 };

static uint8_t disk[DISK_SIZE];

struct found {
    struct capture capture;
    struct arena arena;
    struct memory_source source;
    struct partition_list list;
    struct cache *cache;
    int error;
};

/* ---- makers --------------------------------------------------------------------------------- */

static void put_entry_at(uint8_t *sector, unsigned index, uint8_t type, uint32_t first,
                         uint32_t count)
{
    uint8_t *entry = sector + MBR_ENTRIES + (size_t)MBR_ENTRY_SIZE * index;
    entry[ENTRY_TYPE] = type;
    put_le32(entry + ENTRY_FIRST, first);
    put_le32(entry + ENTRY_COUNT, count);
    put_le16(sector + MBR_SIGNATURE, 0xAA55);
}

static void put_entry(unsigned index, uint8_t type, uint32_t first, uint32_t count)
{
    put_entry_at(disk, index, type, first, count);
}

struct label_maker {
    uint8_t *p;
    bool big_endian;
};

static void put32(const struct label_maker *label, size_t offset, uint32_t value)
{
    put_le32(label->p + offset, label->big_endian ? __builtin_bswap32(value) : value);
}

static void put16(const struct label_maker *label, size_t offset, uint16_t value)
{
    put_le16(label->p + offset, label->big_endian ? __builtin_bswap16(value) : value);
}

/* The checksum is behind the second magic number, and before the number of partitions. */
static void seal_label(const struct label_maker *label, uint16_t count)
{
    uint16_t sum = 0;
    put16(label, 136, 0);
    put16(label, LABEL_COUNT, count);
    for (size_t i = 0; i < LABEL_ENTRIES + (size_t)count * LABEL_ENTRY_SIZE; i += 2) {
        sum ^= le16(label->p + i);
    }
    put_le16(label->p + 136, sum);
}

static struct label_maker open_label(uint8_t *p, bool big_endian)
{
    struct label_maker label = {p, big_endian};
    put32(&label, 0, LABEL_MAGIC);
    put32(&label, LABEL_MAGIC2, LABEL_MAGIC);
    put32(&label, LABEL_SECTOR_SIZE, 512);
    return label;
}

static void put_part(const struct label_maker *label, char letter, uint8_t type, uint32_t offset,
                     uint32_t size)
{
    size_t at = LABEL_ENTRIES + (size_t)(letter - 'a') * LABEL_ENTRY_SIZE;
    put32(label, at + LABEL_SIZE_LOW, size);
    put32(label, at + LABEL_OFFSET_LOW, offset);
    label->p[at + LABEL_TYPE] = type;
}

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

/* ---- readers -------------------------------------------------------------------------------- */

static void find(struct found *found, uint32_t sector_size)
{
    capture_open(&found->capture);
    testing_arena(&found->arena, ARENA_SIZE);
    memory_source_open(&found->source, disk, DISK_SIZE, "hd0", &found->capture.log);
    found->cache = cache_create(&found->arena);
    found->error = partitions_find(&found->list, &found->source.source, sector_size, found->cache,
                                   &found->arena);
}

/* The partition of this name, or NULL. */
static const struct partition *named(const struct found *found, const char *name)
{
    for (const struct partition *p = found->list.first; p != NULL; p = p->next) {
        if (strcmp(p->slice.source.name, name) == 0) {
            return p;
        }
    }
    return NULL;
}

/* It is there, and its bytes are those sectors of the disk. */
static void expect_sectors(const struct found *found, const char *name, uint64_t first,
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

static void close_found(struct found *found, const char *logged, size_t count)
{
    if (logged[0] == '\0') {
        assert_string_equal(found->capture.lines, "");
    }
    expect_logged(&found->capture, logged, logged);
    assert_int_equal(found->list.count, count);
    testing_arena_close(&found->arena);
}

static int clear(void **state)
{
    (void)state;
    memset(disk, 0, sizeof disk);
    return 0;
}

/* ---- MBR ------------------------------------------------------------------------------------ */

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

static void one_that_leaves_the_disk_is_named_and_left_out(void **state)
{
    (void)state;
    struct found found;
    put_entry(0, 0x83, 63, UINT32_MAX);
    put_entry(1, 0x83, 100, 100);
    find(&found, 512);
    expect_sectors(&found, "(hd0,1)", 100, 100);
    close_found(&found, "(hd0,0): bytes", 2);
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

/* ---- GPT ------------------------------------------------------------------------------------ */

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
        {0, 10}, {50, 49}, {40, SECTORS}, {UINT64_MAX, UINT64_MAX}, {40, UINT64_MAX}};
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

/* ---- disklabels ----------------------------------------------------------------------------- */

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

/* ---- RAIDframe ------------------------------------------------------------------------------ */

static void put_component(uint8_t *p, char level, uint32_t blocks, bool big_endian)
{
    struct label_maker label = {p + COMPONENT_LABEL, big_endian};
    put32(&label, COMPONENT_VERSION, 2);
    put32(&label, COMPONENT_LEVEL, (uint8_t)level);
    put32(&label, COMPONENT_BLOCK_SIZE, 512);
    put32(&label, COMPONENT_BLOCKS, blocks);
    put32(&label, COMPONENT_UNIT, 3);
}

/* A mirror in partition e of a label, with a label of its own in it. */
static void make_mirror(char level, uint32_t blocks)
{
    struct label_maker label = open_label(disk + 512, false);
    put_part(&label, 'e', FSTYPE_RAID, 100, 1000);
    seal_label(&label, 8);
    put_component(disk + 100 * 512, level, blocks, false);
    label = open_label(disk + (100 + 64 + 1) * 512, false);
    put_part(&label, 'a', 7, 0, 300);
    put_part(&label, 'b', 1, 300, 500);
    seal_label(&label, 8);
}

static void mirror(void **state)
{
    (void)state;
    struct found found;
    make_mirror('1', 900);
    find(&found, 512);
    expect_sectors(&found, "(hd0,e)", 164, 900);
    expect_sectors(&found, "(hd0,e,a)", 164, 300);
    expect_sectors(&found, "(hd0,e,b)", 464, 500);
    assert_int_equal(named(&found, "(hd0,e)")->mirror.unit, 3);
    close_found(&found, "", 4);
}

/* What was read of the component, to know that it is a mirror, is not taken for the mirror's. */
static void mirror_through_the_cache(void **state)
{
    (void)state;
    struct found found;
    uint8_t bytes[512];
    make_mirror('1', 900);
    memset(disk + 164 * 512 + COMPONENT_LABEL, 0x77, sizeof bytes);
    find(&found, 512);
    const struct source *source = &named(&found, "(hd0,e)")->slice.source;
    assert_int_equal(cache_read(found.cache, source, COMPONENT_LABEL, bytes, sizeof bytes), 0);
    assert_memory_equal(bytes, disk + 164 * 512 + COMPONENT_LABEL, sizeof bytes);
    testing_arena_close(&found.arena);
}

static void mirror_of_a_big_endian_machine(void **state)
{
    (void)state;
    struct found found;
    make_mirror('1', 900);
    put_component(disk + 100 * 512, '1', 900, true);
    find(&found, 512);
    expect_sectors(&found, "(hd0,e,a)", 164, 300);
    close_found(&found, "", 4);
}

static void mirrors_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        char level;
        uint32_t blocks;
        const char *words;
    } table[] = {
        {'5', 900, "(hd0,e): RAIDframe: only mirrors (RAID 1) can be read"},
        {'1', 0, "number of blocks cannot be right"},
        {'1', 937, "number of blocks cannot be right"},
        {'1', UINT32_MAX, "number of blocks cannot be right"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct found found;
        (void)clear(NULL);
        make_mirror(table[i].level, table[i].blocks);
        find(&found, 512);
        expect_sectors(&found, "(hd0,e)", 100, 1000);
        close_found(&found, table[i].words, 2);
    }
    struct found found;
    memset(disk + 100 * 512 + COMPONENT_LABEL, 0xFF, COMPONENT_LABEL_SIZE);
    find(&found, 512);
    close_found(&found, "there is no component label", 2);
}

/* A mirror that is a component of a mirror, and so on. */
static void mirrors_in_mirrors(void **state)
{
    (void)state;
    struct found found;
    for (unsigned depth = 0; depth < 5; depth++) {
        uint8_t *start = disk + (size_t)depth * 164 * 512;
        struct label_maker label = open_label(start + 512, false);
        put_part(&label, 'a', FSTYPE_RAID, 100, 1500 - 200 * depth);
        seal_label(&label, 8);
        put_component(start + 100 * 512, '1', 1400 - 200 * depth, false);
    }
    find(&found, 512);
    close_found(&found, "", 4);
}

/* ---- anything ------------------------------------------------------------------------------- */

static void damage(size_t first, size_t length, unsigned *seed)
{
    static const uint8_t telling[] = {0, 1, 0x7F, 0x80, 0xFF};
    for (unsigned i = 1 + (unsigned)rand_r(seed) % 6; i > 0; i--) {
        unsigned choice = (unsigned)rand_r(seed);
        disk[first + (size_t)rand_r(seed) % length] =
            choice % 2 == 0 ? telling[choice / 2 % 5] : (uint8_t)(choice >> 8);
    }
}

/* Whatever is found lies on the disk. Checksums are set right, so that what they cover is read. */
static void expect_all_within(uint32_t sector_size)
{
    struct found found;
    find(&found, sector_size);
    for (const struct partition *p = found.list.first; p != NULL; p = p->next) {
        uint8_t byte;
        uint64_t size = p->slice.source.size;
        assert_int_equal(size > 0 ? source_read(&p->slice.source, size - 1, &byte, 1) : 0, 0);
    }
    testing_arena_close(&found.arena);
}

static void mutations(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (unsigned round = 0; round < 400; round++) {
        (void)clear(NULL);
        make_logical();
        damage(440, 72, &seed);
        damage((size_t)500 * 512 + 440, 72, &seed);
        expect_all_within(512);

        (void)clear(NULL);
        make_gpt(512);
        damage(1024, 512, &seed);
        seal_gpt(disk, 512, 1, 2);
        damage(512, GPT_HEADER_SIZE, &seed);
        put_le32(disk + 512 + GPT_HEADER_CRC, 0);
        put_le32(disk + 512 + GPT_HEADER_CRC, (uint32_t)crc32(0, disk + 512, GPT_HEADER_SIZE));
        expect_all_within(512);

        (void)clear(NULL);
        make_mirror('1', 900);
        damage(512 + 20, 280, &seed);
        struct label_maker label = open_label(disk + 512, false);
        seal_label(&label, (uint16_t)(round % 30));
        damage(100 * 512 + COMPONENT_LABEL, COMPONENT_LABEL_SIZE, &seed);
        expect_all_within(round % 2 == 0 ? 512 : 4096);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(primaries, clear),
        cmocka_unit_test_setup(entries_count_the_devices_own_sectors, clear),
        cmocka_unit_test_setup(one_that_leaves_the_disk_is_named_and_left_out, clear),
        cmocka_unit_test_setup(a_boot_sector_is_no_table, clear),
        cmocka_unit_test_setup(logical_partitions, clear),
        cmocka_unit_test_setup(chains_that_cannot_be, clear),
        cmocka_unit_test_setup(gpt, clear),
        cmocka_unit_test_setup(gpt_of_4096_byte_blocks, clear),
        cmocka_unit_test_setup(gpt_backup, clear),
        cmocka_unit_test_setup(leftover_backup, clear),
        cmocka_unit_test_setup(damaged_gpt, clear),
        cmocka_unit_test_setup(gpt_entries_that_cannot_be, clear),
        cmocka_unit_test_setup(netbsd_label_in_a_slice, clear),
        cmocka_unit_test_setup(freebsd_labels, clear),
        cmocka_unit_test_setup(openbsd_label, clear),
        cmocka_unit_test_setup(labels_of_whole_disks, clear),
        cmocka_unit_test_setup(labels_that_cannot_be, clear),
        cmocka_unit_test_setup(entry_before_its_slice, clear),
        cmocka_unit_test_setup(mirror, clear),
        cmocka_unit_test_setup(mirror_through_the_cache, clear),
        cmocka_unit_test_setup(mirror_of_a_big_endian_machine, clear),
        cmocka_unit_test_setup(mirrors_that_cannot_be, clear),
        cmocka_unit_test_setup(mirrors_in_mirrors, clear),
        cmocka_unit_test_setup(mutations, clear),
    };
    return cmocka_run_group_tests_name("partition", tests, NULL, NULL);
}
