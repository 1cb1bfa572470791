/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What XFS's log began with a file's map and has not done. tests/images compares what is read with
 * what Linux reads, but for what Linux 6.1 forgets: that blocks it is to map were not written.
 */
#include "fs/xfs/log_intents.h"
#include "tests/unit/xfs_log_image.h"
#include "tests/unit/xfs_record.h"

static uint64_t inode_of_last(void)
{
    static struct mounted mounted;
    struct node node;
    mounted_open_good(&mounted, "dirty", image, IMAGE_SIZE);
    assert_int_equal(path_find(&mounted.volume, "/last", &node, false), 0);
    mounted_close(&mounted);
    return node.id.object;
}

/* With this record after the others, /last must begin with these bytes. */
static void expect_last(struct xfs_record *record, const char *name, const void *expected)
{
    static struct mounted mounted;
    xfs_record_end(record, last_record());
    (void)sum_records();
    mounted_open_good(&mounted, name, image, IMAGE_SIZE);
    assert_non_null(strstr(mounted.volume.details, ", log replayed"));
    mounted_expect(&mounted, name, "/last", 0, expected, 5);
    mounted_close(&mounted);
    memcpy(image, copy, IMAGE_SIZE);
}

/* A block whose bytes nobody changes: the log's first. */
static uint64_t some_block(void)
{
    return be64(image + SB_LOG_START);
}

static void what_an_intent_wants_is_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t flags;
        enum { AS_IT_WAS, ZEROS, ELSEWHERE } what;
    } intents[] = {
        {"map", MAPPING_MAP, ELSEWHERE},
        {"unmap", MAPPING_UNMAP, ZEROS},
        {"map what was not written", MAPPING_MAP | 1U << 30, ZEROS},
        {"unmap of attributes", MAPPING_UNMAP | 1U << 31, AS_IT_WAS},
        {"map on the realtime volume", MAPPING_MAP | 1U << 29, AS_IT_WAS},
    };
    static struct xfs_record record;
    unpack("dirty");
    const void *expected[] = {"last\n", "\0\0\0\0", copy + log_start()};
    uint64_t inode = inode_of_last();
    for (size_t i = 0; i < sizeof intents / sizeof intents[0]; i++) {
        xfs_record_begin(&record);
        xfs_record_intend(&record, 1, inode, 0, some_block(), 1, intents[i].flags);
        expect_last(&record, intents[i].name, expected[intents[i].what]);
    }
}

/* Some are done, in no order; what is left counts in the order in which it came. */
static void the_last_intent_that_is_not_done_counts(void **state)
{
    (void)state;
    enum { COUNT = 200, STEP = 7, ID_STEP = 208 };
    static struct xfs_record record;
    unpack("dirty");
    uint64_t inode = inode_of_last();
    for (unsigned left = 0; left < COUNT; left += 37) {
        xfs_record_begin(&record);
        xfs_record_say_done(&record, left); /* of one before the log begins */
        for (unsigned i = 0; i < COUNT; i++) {
            xfs_record_intend(&record, i * ID_STEP, inode, 0, some_block(), 1,
                              i % 2 == 0 ? MAPPING_MAP : MAPPING_UNMAP);
        }
        for (unsigned i = 0; i < COUNT; i++) {
            unsigned which = i * STEP % COUNT;
            if (which > left) {
                xfs_record_say_done(&record, which * ID_STEP);
            }
        }
        expect_last(&record, "left", left % 2 == 0 ? (const char *)copy + log_start() : "\0\0\0\0");
    }
}

/*
 * Of intents with the same id the oldest is done first, also when the last one comes after that. Only one of them, `which`, is
 * for what is looked at.
 */
static void expect_left(uint64_t inode, unsigned count, unsigned done, unsigned which)
{
    enum { ID = 7 };
    static struct xfs_record record;
    xfs_record_begin(&record);
    for (unsigned i = 0; i < count; i++) {
        if (i == count - 1 && done > 0) {
            xfs_record_say_done(&record, ID);
        }
        xfs_record_intend(&record, ID, inode, i == which ? 0 : 1 + i, some_block(), 1, MAPPING_MAP);
    }
    for (unsigned i = 1; i < done; i++) {
        xfs_record_say_done(&record, ID);
    }
    expect_last(&record, "same id", which >= done ? (const char *)copy + log_start() : "last\n");
}

static void an_id_can_come_again(void **state)
{
    (void)state;
    enum { COUNT = 4 };
    unpack("dirty");
    uint64_t inode = inode_of_last();
    for (unsigned done = 0; done <= COUNT; done++) {
        for (unsigned which = 0; which < COUNT; which++) {
            expect_left(inode, COUNT, done, which);
        }
    }
}

static void intents_that_cannot_be_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        uint64_t inode, first, start;
        uint32_t count, flags;
    } intents[] = {
        {"its flags of a mapping intent", 128, 0, 9, 1, 0},
        {"its flags of a mapping intent", 128, 0, 9, 1, 3},
        {"its flags of a mapping intent", 128, 0, 9, 1, MAPPING_MAP | 0x100},
        {"its inode of a mapping intent", UINT64_MAX, 0, 9, 1, MAPPING_MAP},
        {"its place in a file of a mapping intent", 128, 0, 9, 0, MAPPING_MAP},
        {"its place in a file of a mapping intent", 128, FILE_BLOCKS_LIMIT - 1, 9, 2, MAPPING_MAP},
        {"its place in a file of a mapping intent", 128, UINT64_MAX, 9, 2, MAPPING_UNMAP},
        {"its blocks of a mapping intent", 128, 0, 0, 1, MAPPING_MAP},
        {"its blocks of a mapping intent", 128, 0, 9, UINT32_MAX, MAPPING_MAP},
        {"its blocks of a mapping intent", 128, 0, UINT64_MAX, 1, MAPPING_UNMAP},
    };
    static struct xfs_record record;
    unpack("dirty");
    for (size_t i = 0; i < sizeof intents / sizeof intents[0]; i++) {
        xfs_record_begin(&record);
        xfs_record_intend(&record, 1, intents[i].inode, intents[i].first, intents[i].start,
                          intents[i].count, intents[i].flags);
        xfs_record_end(&record, last_record());
        (void)sum_records();
        expect_left_out(intents[i].words);
        memcpy(image, copy, IMAGE_SIZE);
    }
}

static void formats_of_intents_that_cannot_be_are_named(void **state)
{
    (void)state;
    static const uint8_t many[XM_SIZE] = {0x44, 0x12, 1, 0, 2},
                         little[XM_SIZE] = {0x44, 0x12, 1, 0, 1},
                         done[XM_SIZE] = {0x45, 0x12, 1, 0};
    static const struct {
        const char *words;
        const uint8_t *item;
        uint32_t size;
    } items[] = {
        {"its format of a mapping intent cannot be right", many, XM_SIZE},
        {"its format of a mapping intent cannot be right", little, XM_SIZE - 4},
        {"its format of a mapping intent that is done cannot be right", done, XM_DONE_SIZE - 4},
    };
    static struct xfs_record record;
    unpack("dirty");
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        xfs_record_begin(&record);
        xfs_record_add(&record, 0, items[i].item, items[i].size);
        xfs_record_end(&record, last_record());
        (void)sum_records();
        expect_left_out(items[i].words);
        memcpy(image, copy, IMAGE_SIZE);
    }
}

/* Changes the record, whose checksum stays right: what it says does not. */
static void damaged_intents_never_crash_nor_hang(void **state)
{
    (void)state;
    static struct mounted mounted;
    static struct xfs_record record;
    unsigned seed = 1;
    unpack("dirty");
    uint64_t inode = inode_of_last();
    xfs_record_begin(&record);
    for (unsigned i = 0; i < 4; i++) {
        xfs_record_intend(&record, i, inode, 0, some_block(), 1, MAPPING_UNMAP);
        xfs_record_intend(&record, i + 4, inode, 0, some_block(), 1, MAPPING_MAP);
        xfs_record_say_done(&record, i);
    }
    xfs_record_end(&record, last_record());
    memcpy(copy, image, IMAGE_SIZE);
    for (unsigned round = 0; round < 150; round++) {
        struct mutation mutation;
        mutation_do(&mutation, last_record() + BASIC_BLOCK, record.end - BASIC_BLOCK, &seed);
        (void)sum_records();
        mounted_open(&mounted, image, IMAGE_SIZE);
        if (mounted.error == 0) {
            mounted_walk(&mounted, "intents");
        }
        mounted_close(&mounted);
        memcpy(image, copy, IMAGE_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_an_intent_wants_is_read),
        cmocka_unit_test(the_last_intent_that_is_not_done_counts),
        cmocka_unit_test(an_id_can_come_again),
        cmocka_unit_test(intents_that_cannot_be_are_named),
        cmocka_unit_test(formats_of_intents_that_cannot_be_are_named),
        cmocka_unit_test(damaged_intents_never_crash_nor_hang),
    };
    return cmocka_run_group_tests_name("xfs intents", tests, NULL, NULL);
}
