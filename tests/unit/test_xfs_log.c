/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * XFS's log, as Linux left it (tests/images/xfs), with something wrong in it. tests/images compares
 * what is read with what Linux reads.
 */
#include "fs/xfs/xlog.h"
#include "tests/unit/xfs_image.h"

enum { IMAGE_SIZE = 24 << 20 };

static uint8_t image[IMAGE_SIZE], copy[IMAGE_SIZE];

static void unpack(const char *name)
{
    char folder[1024], command[2048];
    assert_non_null(getcwd(folder, sizeof folder));
    (void)snprintf(command, sizeof command, "xz -dc %s/tests/images/xfs/%s.img.xz >image", folder,
                   name);
    ext2_image_make(copy, IMAGE_SIZE, command);
    memcpy(image, copy, IMAGE_SIZE);
}

/* The byte at which the log begins: it is in the first group. */
static size_t log_start(void)
{
    return (size_t)be64(image + SB_LOG_START) * be32(image + SB_BLOCK_SIZE);
}

static size_t log_size(void)
{
    return (size_t)be32(image + SB_LOG_BLOCKS) * be32(image + SB_BLOCK_SIZE);
}

static bool is_record(const uint8_t *block)
{
    return be32(block) == XLOG_MAGIC &&
           be32(block + XR_LENGTH) != 0 && /* as Linux clears blocks after the head */
           be32(block + XR_LENGTH) <= RECORD_LIMIT &&
           be32(block + XR_SIZE) <= RECORD_DATA_PER_HEADER;
}

/* Sums all records anew, as whoever has written them so would. Returns how many there are. */
static unsigned sum_records(void)
{
    uint8_t *log = image + log_start();
    unsigned count = 0;
    for (size_t at = 0; at + RECORD_LIMIT < log_size(); at += BASIC_BLOCK) {
        uint8_t *record = log + at;
        if (is_record(record)) {
            put_le32(record + XR_CHECKSUM, 0);
            uint32_t sum = crc32c(UINT32_MAX, record, XR_END);
            sum = crc32c(sum, record + BASIC_BLOCK, be32(record + XR_LENGTH));
            put_le32(record + XR_CHECKSUM, ~sum);
            count++;
        }
    }
    return count;
}

/* Where the last record's header is. */
static uint8_t *last_record(void)
{
    uint8_t *log = image + log_start(), *last = NULL;
    for (size_t at = 0; at + RECORD_LIMIT < log_size(); at += BASIC_BLOCK) {
        last = is_record(log + at) ? log + at : last;
    }
    assert_non_null(last);
    return last;
}

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

static void expect_left_out(const char *words)
{
    static struct mounted mounted;
    mounted_open_good(&mounted, words, image, IMAGE_SIZE);
    mounted_expect_error(&mounted, words, mounted.error, 0, words);
    assert_non_null(strstr(mounted.volume.details, ", log NOT replayed"));
    assert_false(mounted.volume.clean);
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
