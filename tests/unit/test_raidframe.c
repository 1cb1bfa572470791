/* SPDX-License-Identifier: BSD-2-Clause */
/* Mirrors of NetBSD's RAIDframe, with labels in them. */
#include "fs/volume/member.h"
#include "fs/volume/raidframe.h"
#include "tests/unit/label_maker.h"

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

static void expect_member(const struct found *found, const char *name, const char *text)
{
    char described[MEMBER_TEXT_SIZE];
    const struct partition *p = named(found, name);
    assert_non_null(p);
    assert_non_null(p->member);
    member_describe(p->member, described);
    assert_string_equal(described, text);
}

static void mirror(void **state)
{
    (void)state;
    struct found found;
    make_mirror('1', 900);
    find(&found, 512);
    expect_sectors(&found, "(hd0,e)", 100, 1000);
    expect_sectors(&found, "(raid3)", 164, 900);
    expect_sectors(&found, "(raid3,a)", 164, 300);
    expect_sectors(&found, "(raid3,b)", 464, 500);
    expect_member(&found, "(hd0,e)", "a RAIDframe component of (raid3)");
    assert_string_equal(found.assembly.disks->description, "mirror of (hd0,e)");
    close_found(&found, "", 2);
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
    const struct source *source = &named(&found, "(raid3)")->slice.source;
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
    expect_sectors(&found, "(raid3,a)", 164, 300);
    close_found(&found, "", 2);
}

/* A component is found by its label where no table says what lies there: on a whole disk, in a slice. */
static void components_without_a_type(void **state)
{
    (void)state;
    static const struct {
        uint32_t first;
        const char *name;
    } table[] = {{0, "(hd0)"}, {100, "(hd0,1)"}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct found found;
        (void)clear(NULL);
        if (table[i].first > 0) {
            put_entry(1, TYPE_NETBSD, table[i].first, 1000);
        }
        put_component(disk + (size_t)table[i].first * 512, '1', 900, false);
        find(&found, 512);
        expect_sectors(&found, "(raid3)", table[i].first + 64, 900);
        expect_member(&found, table[i].name, "a RAIDframe component of (raid3)");
        close_found(&found, "", table[i].first > 0 ? 2 : 1);
    }
}

/* Two mirrors that were the same unit last, and a second component of one that stayed behind. */
static void several_mirrors(void **state)
{
    (void)state;
    static const uint32_t ages[] = {7, 7, 6}, serials[] = {1, 2, 1};
    struct found found;
    struct label_maker label = open_label(disk + 512, false);
    for (unsigned i = 0; i < 3; i++) {
        put_part(&label, (char)('a' + i), FSTYPE_RAID, 100 + 300 * i, 300);
        uint8_t *start = disk + (size_t)(100 + 300 * i) * 512;
        put_component(start, '1', 200, false);
        put_le32(start + COMPONENT_LABEL + COMPONENT_SERIAL, serials[i]);
        put_le32(start + COMPONENT_LABEL + COMPONENT_AGE, ages[i]);
    }
    seal_label(&label, 8);
    find(&found, 512);
    expect_sectors(&found, "(raid3)", 164, 200);
    expect_sectors(&found, "(raid4)", 464, 200);
    expect_member(&found, "(hd0,c)", "a RAIDframe component, older than (hd0,a) of the same array");
    close_found(
        &found,
        "(hd0,c): a RAIDframe component, older than (hd0,a) of the same array: it is left out", 4);
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
        expect_member(&found, "(hd0,e)", "a RAIDframe component, which pvboot does not read");
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
        put_le32(start + 100 * 512 + COMPONENT_LABEL + COMPONENT_UNIT, 3 + depth);
    }
    find(&found, 512);
    expect_sectors(&found, "(raid5,a)", 592, 900);
    assert_null(named(&found, "(raid6)"));
    close_found(&found, "", 2);
}

/* Checksums are set right, so that what they cover is read; whatever is found lies on the disk. */
static void damaged_labels(void **state)
{
    (void)state;
    unsigned seed = 1;
    for (unsigned round = 0; round < 400; round++) {
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
        cmocka_unit_test_setup(mirror, clear),
        cmocka_unit_test_setup(mirror_through_the_cache, clear),
        cmocka_unit_test_setup(mirror_of_a_big_endian_machine, clear),
        cmocka_unit_test_setup(components_without_a_type, clear),
        cmocka_unit_test_setup(several_mirrors, clear),
        cmocka_unit_test_setup(mirrors_that_cannot_be, clear),
        cmocka_unit_test_setup(mirrors_in_mirrors, clear),
        cmocka_unit_test_setup(damaged_labels, clear),
    };
    return cmocka_run_group_tests_name("RAIDframe", tests, NULL, NULL);
}
