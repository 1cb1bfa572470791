/* SPDX-License-Identifier: BSD-2-Clause */
/* Metadata of LVM2: what is found in their text, and what damaged ones lead to. */
#include "fs/volume/lvm.h"
#include "tests/unit/label_maker.h"

/* ---- the text ------------------------------------------------------------------------------- */

static const char example[] = "# a comment with { and \"\n"
                              "vg {\n"
                              "id = \"a-b\"\n"
                              "number = 17 # eighteen }\n"
                              "quoted = \"a \\\"b\\\" {c\"\n"
                              "list = [\"pv0\", 3,\n \"pv1\", 4]\n"
                              "empty = []\n"
                              "inner { number = 18 deep { number = 19 } }\n"
                              "other { }\n"
                              "last = 20\n"
                              "}\n";

static void text(void **state)
{
    (void)state;
    struct lvm_section whole = {example, example + sizeof example - 1}, group, inner, items;
    const char *cursor = NULL;
    char name[LVM_NAME_SIZE];
    uint64_t number;
    assert_true(lvm_next_section(&whole, &cursor, name, &group));
    assert_string_equal(name, "vg");
    assert_true(lvm_number(&group, "number", &number) && number == 17);
    assert_true(lvm_number(&group, "last", &number) && number == 20);
    assert_false(lvm_number(&group, "id", &number) || lvm_number(&group, "deep", &number));
    assert_true(lvm_string(&group, "quoted", name, sizeof name));
    assert_string_equal(name, "a \"b\" {c");
    assert_false(lvm_string(&group, "quoted", name, 8));
    assert_true(lvm_section(&group, "inner", &inner));
    assert_true(lvm_number(&inner, "number", &number) && number == 18);
    assert_true(lvm_has(&inner, "deep") && !lvm_has(&group, "deep"));
    assert_true(lvm_list(&group, "list", &items) && lvm_list_has(&group, "list", "pv1"));
    static const char *const expected[] = {"pv0", "3", "pv1", "4"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(lvm_next_item(&items, name));
        assert_string_equal(name, expected[i]);
    }
    assert_false(lvm_next_item(&items, name));
    assert_true(lvm_list(&group, "empty", &items) && !lvm_next_item(&items, name));
    cursor = NULL;
    assert_true(lvm_next_section(&group, &cursor, name, &inner));
    assert_true(lvm_next_section(&group, &cursor, name, &inner));
    assert_string_equal(name, "other");
    assert_false(lvm_next_section(&group, &cursor, name, &inner));
}

/* It ends anywhere: whatever is asked for comes back, and reads nothing past the end. */
static void text_that_ends_early(void **state)
{
    (void)state;
    for (size_t length = 0; length < sizeof example; length++) {
        char *copy = malloc(length + 1);
        assert_non_null(copy);
        memcpy(copy, example, length);
        struct lvm_section whole = {copy, copy + length}, section, items;
        const char *cursor = NULL;
        char name[LVM_NAME_SIZE];
        uint64_t number;
        while (lvm_next_section(&whole, &cursor, name, &section)) {
            (void)lvm_number(&section, "last", &number);
            (void)lvm_string(&section, "quoted", name, sizeof name);
            (void)lvm_list_has(&section, "list", "pv1");
            (void)lvm_list(&section, "list", &items);
        }
        free(copy);
    }
}

/* ---- damaged metadata ------------------------------------------------------------------------- */

enum { FIRST = 16, VOLUME = 600 /* sectors */, AREA = 4096, AREA_SIZE = 8192, TEXT = 512 };

#define HIDDEN(name, pv)                                                                    \
    name " { id = \"L\" status = [\"READ\"] segment_count = 1 segment1 { start_extent = 0 " \
         "extent_count = 2 type = \"striped\" stripe_count = 1 stripes = [\"" pv "\", 0] } }\n"
#define VISIBLE(name, rest)                                                                    \
    name " { id = \"L\" status = [\"VISIBLE\"] segment_count = 1 segment1 { start_extent = 0 " \
         "extent_count = 2 " rest " } }\n"

static const char metadata[] =
    "vg {\nid = \"vg-id\"\nseqno = 3\nextent_size = 64\nphysical_volumes {\n"
    "pv0 { id = \"00000000000000000000000000000000\" pe_start = 64 pe_count = 8 }\n"
    "pv1 { id = \"11111111111111111111111111111111\" pe_start = 64 pe_count = 8 }\n"
    "}\nlogical_volumes {\n" HIDDEN("i0", "pv0") HIDDEN("i1", "pv1")
        VISIBLE("m", "type = \"raid1\" raids = [\"i0\", \"i0\", \"i1\", \"i1\"]") VISIBLE(
            "p", "type = \"raid5\" stripe_size = 8 raids = [\"i0\", \"i0\", \"i1\", \"i1\", "
                 "\"i1\", \"i1\"]")
            VISIBLE("s", "type = \"striped\" stripe_size = 8 stripes = [\"pv0\", 3, \"pv1\", 3]")
                VISIBLE("t", "type = \"raid10\" stripe_size = 8 raids = [\"i0\", \"i0\", \"i1\", "
                             "\"i1\"]") "}\n}\n";

/* Sets all checksums right. */
static void seal(uint8_t *start)
{
    uint8_t *label = start + 512, *area = start + AREA;
    put_le32(area + LVM_AREA_TEXT + LVM_TEXT_CHECKSUM, lvm_checksum(area + TEXT, sizeof metadata));
    put_le32(area, lvm_checksum(area + 4, 508));
    put_le32(label + LVM_LABEL_CHECKSUM,
             lvm_checksum(label + LVM_LABEL_OFFSET, 512 - LVM_LABEL_OFFSET));
}

static void put_volume(unsigned number)
{
    uint8_t *start = disk + (size_t)(FIRST + VOLUME * number) * 512;
    uint8_t *label = start + 512, *area = start + AREA;
    memcpy(label, LVM_LABEL, LVM_WORD_SIZE);
    put_le32(label + LVM_LABEL_OFFSET, 32);
    memcpy(label + LVM_LABEL_TYPE, LVM_TYPE, LVM_WORD_SIZE);
    memset(label + 32, '0' + (int)number, LVM_UUID_SIZE);
    put_le64(label + 32 + LVM_PV_PLACES, 32768);
    put_le64(label + 32 + LVM_PV_PLACES + 32, AREA);
    put_le64(label + 32 + LVM_PV_PLACES + 40, AREA_SIZE);
    memcpy(area + LVM_AREA_MAGIC, LVM_MAGIC, LVM_MAGIC_SIZE);
    put_le64(area + LVM_AREA_START, AREA);
    put_le64(area + LVM_AREA_SIZE, AREA_SIZE);
    put_le64(area + LVM_AREA_TEXT + LVM_TEXT_OFFSET, TEXT);
    put_le64(area + LVM_AREA_TEXT + LVM_TEXT_SIZE, sizeof metadata);
    memcpy(area + TEXT, metadata, sizeof metadata);
    seal(start);
}

static void make_group(void)
{
    (void)clear(NULL);
    struct label_maker label = open_label(disk + 512, false);
    put_part(&label, 'a', 7, FIRST, VOLUME);
    put_part(&label, 'b', 7, FIRST + VOLUME, VOLUME);
    seal_label(&label, 8);
    put_volume(0);
    put_volume(1);
}

static void whole_group(void **state)
{
    (void)state;
    static const char *const names[] = {"(lvm/vg-m)", "(lvm/vg-p)", "(lvm/vg-s)", "(lvm/vg-t)"};
    struct found found;
    make_group();
    find(&found, 512);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (named(&found, names[i]) == NULL) {
            fail_msg("%s is not there: %s", names[i], found.capture.lines);
        }
    }
    close_found(&found, "", 3);
    expect_all_within(512);
}

/* Checksums are set right, so that what they cover is read; whatever is found lies on the disk. */
static void damaged_metadata(void **state)
{
    (void)state;
    static const char *const words[] = {
        "\"pv0\"", "\"i1\"", "\"m\"", "{", "}", "[", "]", "999999999999", "18446744073709551615",
        "0",       "raid6",  "\""};
    unsigned seed = 1;
    for (unsigned round = 0; round < 3000; round++) {
        make_group();
        uint8_t *start = disk + (size_t)(FIRST + VOLUME * (round & 1)) * 512;
        if (round % 3 == 0) {
            damage((size_t)(start - disk) + 512 + 20, 120, &seed);
            damage((size_t)(start - disk) + AREA + 4, 70, &seed);
        }
        for (unsigned i = 0; i < 2; i++) {
            const char *word = words[(unsigned)rand_r(&seed) % (sizeof words / sizeof words[0])];
            size_t place = 40 + (size_t)rand_r(&seed) % (sizeof metadata - 80);
            for (unsigned k = 0; k < 2; k++) { /* the same in both, or one is ignored */
                memcpy(disk + (size_t)(FIRST + VOLUME * k) * 512 + AREA + TEXT + place, word,
                       strlen(word));
            }
        }
        seal(disk + (size_t)FIRST * 512);
        seal(disk + (size_t)(FIRST + VOLUME) * 512);
        expect_all_within(512);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text),
        cmocka_unit_test(text_that_ends_early),
        cmocka_unit_test(whole_group),
        cmocka_unit_test(damaged_metadata),
    };
    return cmocka_run_group_tests_name("LVM", tests, NULL, NULL);
}
