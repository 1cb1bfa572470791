/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XFS's log, as Linux left it (tests/images/xfs), with something wrong in it. tests/images compares
 * what is read with what Linux reads.
 */
#include "tests/unit/xfs_log_image.h"

static uint8_t *first_record(void)
{
    return image + log_start() + (size_t)be32(last_record() + XR_TAIL + 4) * BASIC_BLOCK;
}

static void expect_replayed(const char *name)
{
    static struct mounted mounted;
    mounted_open_good(&mounted, name, image, IMAGE_SIZE);
    if (strstr(mounted.volume.details, ", log replayed") == NULL || mounted.line_count != 0) {
        fail_msg("%s: %s: %s", name, mounted.volume.details, mounted.lines);
    }
    mounted_expect(&mounted, name, "/last", 0, "last\n", 5);
    mounted_close(&mounted);
}

static void records_that_are_summed_anew_are_replayed(void **state)
{
    (void)state;
    unpack("dirty");
    expect_replayed("as it is");
    assert_in_range(sum_records(), 2, 10000);
    expect_replayed("summed");
}

static int rewrite(struct mounted *mounted, const char *path)
{
    struct node node;
    struct file file;
    assert_int_equal(path_find(&mounted->volume, path, &node, false), 0);
    assert_int_equal(file_open(&file, &node, path), 0);
    return file_rewrite(&file, 0, "x", 1);
}

/* Only where nothing is left to replay, and no other file has the same blocks. */
static void what_can_be_written(void **state)
{
    (void)state;
    static struct mounted mounted;
    unpack("clean");
    mounted_open_good(&mounted, "clean", image, IMAGE_SIZE);
    mounted_expect_error(&mounted, "shared", rewrite(&mounted, "/copy"), ERR_DENIED,
                         "/copy: not written: other files can share its blocks");
    mounted_expect_error(&mounted, "a file in memory", rewrite(&mounted, "/last"), ERR_UNSUPPORTED,
                         "/last: not written: it has no sectors of its own");
    mounted_close(&mounted);
    unpack("dirty");
    mounted_open_good(&mounted, "dirty", image, IMAGE_SIZE);
    mounted_expect_error(&mounted, "dirty", rewrite(&mounted, "/last"), ERR_DENIED,
                         "/last: not written: its file system is not clean");
    mounted_close(&mounted);
}

static void what_cannot_be_is_named(void **state)
{
    (void)state;
    unpack("dirty");
    xfs_image_put32(first_record() + BASIC_BLOCK + XO_LENGTH, 1 << 20);
    (void)sum_records();
    expect_left_out("its operation's length cannot be right");
    memcpy(image, copy, IMAGE_SIZE);
    xfs_image_put32(last_record() + XR_FORMAT, 2);
    (void)sum_records();
    expect_left_out("its order of bytes cannot be right");
    memcpy(image, copy, IMAGE_SIZE);
    xfs_image_put32(last_record() + XR_TAIL + 4, UINT32_MAX);
    (void)sum_records();
    expect_left_out("its tail cannot be right");
    memcpy(image, copy, IMAGE_SIZE);
    xfs_image_put32(image + SB_LOG_BLOCKS, UINT32_MAX);
    xfs_image_sum_super(image);
    expect_left_out("its place or size cannot be right");
    memcpy(image, copy, IMAGE_SIZE);
    xfs_image_put32(image + 220, 0x80);
    xfs_image_sum_super(image);
    expect_left_out("it has features of the future");
}

/*
 * A record that was not among the last ones: what is before it is replayed, and that it is wrong is
 * said.
 */
static void a_damaged_record_is_named(void **state)
{
    (void)state;
    static struct mounted mounted;
    unpack("dirty");
    first_record()[BASIC_BLOCK + 100] ^= 1;
    mounted_open_good(&mounted, "damaged", image, IMAGE_SIZE);
    mounted_expect_error(&mounted, "damaged", mounted.error, 0,
                         "XFS log cannot be replayed from its block 2 on: a checksum is wrong");
    assert_non_null(strstr(mounted.volume.details, ", log NOT replayed to its end"));
    mounted_close(&mounted);
}

/* Changes records, whose checksums stay right: what is read of them is not. */
static void damaged_records_never_crash_nor_hang(void **state)
{
    (void)state;
    static struct mounted mounted;
    unsigned seed = 1;
    unpack("dirty");
    size_t used = (size_t)(last_record() - first_record());
    for (unsigned round = 0; round < 150; round++) {
        struct mutation mutation;
        mutation_do(&mutation, first_record(), used, &seed);
        (void)sum_records();
        mounted_open(&mounted, image, IMAGE_SIZE);
        if (mounted.error == 0) {
            mounted_walk(&mounted, "log");
        }
        mounted_close(&mounted);
        memcpy(image, copy, IMAGE_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_that_are_summed_anew_are_replayed),
        cmocka_unit_test(what_can_be_written),
        cmocka_unit_test(what_cannot_be_is_named),
        cmocka_unit_test(a_damaged_record_is_named),
        cmocka_unit_test(damaged_records_never_crash_nor_hang),
    };
    return cmocka_run_group_tests_name("xfs log", tests, NULL, NULL);
}
