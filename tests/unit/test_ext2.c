/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2/3/4 made by mke2fs, whole and damaged. tests/images compares whole trees. */
#include "fs/ext2/disk.h"
#include "tests/unit/ext2_image.h"

enum { IMAGE_SIZE = 1 << 20 };

static uint8_t image[IMAGE_SIZE];

/* Makes an image of a small tree with mke2fs and these options. */
static void make(const char *options)
{
    char commands[1024];
    (void)snprintf(
        commands, sizeof commands,
        "mkdir -p tree/dir/deep && echo hello >tree/hello && ln -s ../hello tree/dir/link &&"
        "seq 1 20000 >tree/dir/numbers && truncate -s 300K tree/sparse && echo end >>tree/sparse &&"
        "for i in $(seq 1 60); do echo $i >tree/dir/deep/file-$i; done &&"
        "mke2fs -q %s -d tree image 1M >/dev/null 2>&1",
        options);
    ext2_image_make(image, IMAGE_SIZE, commands);
}

static const char *const kinds[] = {
    "-t ext2",
    "-t ext3 -O ^has_journal",
    "-t ext4 -O ^has_journal",
    "-t ext4 -O ^has_journal,inline_data -I 256",
    "-t ext4 -O ^has_journal,^64bit,meta_bg,^resize_inode -b 1024",
};

static void files_read_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        static struct mounted mounted;
        make(kinds[i]);
        mounted_open_good(&mounted, kinds[i], image, IMAGE_SIZE);
        size_t used = mounted.arena.used;
        mounted_expect(&mounted, kinds[i], "/hello", 0, "hello\n", 6);
        mounted_expect(&mounted, kinds[i], "/dir/link", 0, "hello\n", 6);
        mounted_expect(&mounted, kinds[i], "/dir/numbers", 108894 - 6, "20000\n", 6);
        mounted_expect(&mounted, kinds[i], "/dir/deep/file-60", 0, "60\n", 3);
        mounted_expect(&mounted, kinds[i], "/sparse", 300 * 1024 - 2, "\0\0end\n", 6);
        assert_int_equal(mounted.arena.used, used); /* what is read takes no memory */
        mounted_close(&mounted);
    }
}

static void wrong_fields_are_named(void **state)
{
    (void)state;
    static const struct mounted_wrong cases[] = {
        {"block size", SUPER_OFFSET + S_LOG_BLOCK_SIZE, 4, {40, 0, 0, 0}, ERR_CORRUPT},
        {"block count", SUPER_OFFSET + S_BLOCKS_COUNT_LO, 4, {0xFF, 0xFF, 0xFF, 0}, ERR_CORRUPT},
        {"blocks per group", SUPER_OFFSET + S_BLOCKS_PER_GROUP, 4, {0, 0, 0, 0}, ERR_CORRUPT},
        {"inodes per group", SUPER_OFFSET + S_INODES_PER_GROUP, 4, {0, 0, 0, 0}, ERR_CORRUPT},
        {"inode size", SUPER_OFFSET + S_INODE_SIZE, 2, {100, 0, 0, 0}, ERR_CORRUPT},
        {"0x1 (compression)",
         SUPER_OFFSET + S_FEATURE_INCOMPAT,
         4,
         {0x43, 0, 0, 0},
         ERR_UNSUPPORTED},
    };
    make("-t ext4 -O ^has_journal,^64bit,^metadata_csum");
    mounted_expect_wrong(image, IMAGE_SIZE, cases, sizeof cases / sizeof cases[0], NULL);
}

static void damaged_images_never_crash_nor_hang(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        make(kinds[i]);
        mounted_mutate(kinds[i], image, IMAGE_SIZE, 1024, 96 << 10, 300);
    }
}

/* ---- how often it is read ------------------------------------------------------------------- */

static unsigned reads;
static int (*where_uncounted)(const struct source *, uint64_t, struct extent *);

static int where_counted(const struct source *source, uint64_t offset, struct extent *extent)
{
    reads++;
    return where_uncounted(source, offset, extent);
}

/* A directory's blocks are read, and their checksums worked out, once: not for each of its names. */
static void blocks_of_a_directory_are_read_once(void **state)
{
    (void)state;
    static struct mounted mounted;
    struct node node;
    struct dir_entry entry;
    uint64_t cursor = 0;
    unsigned names = 0;
    make("-t ext4 -O ^has_journal -b 1024");
    mounted_open_good(&mounted, "reads", image, IMAGE_SIZE);
    assert_int_equal(path_find(&mounted.volume, "/dir/deep", &node, false), 0);
    where_uncounted = mounted.source.source.where;
    mounted.source.source.where = where_counted;
    while (mounted.volume.type->next(&node, &cursor, &entry) > 0) {
        names++;
    }
    assert_int_equal(names, 60);
    assert_in_range(reads, 1, 4 * node.size / 1024); /* each read asks a few times where it is */
    mounted_close(&mounted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_as_written),
        cmocka_unit_test(wrong_fields_are_named),
        cmocka_unit_test(blocks_of_a_directory_are_read_once),
        cmocka_unit_test(damaged_images_never_crash_nor_hang),
    };
    return cmocka_run_group_tests_name("ext2", tests, NULL, NULL);
}
