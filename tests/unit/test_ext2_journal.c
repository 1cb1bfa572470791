/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Journals of ext4 that debugfs wrote, damaged. tests/images/test_ext2_journal.py has whole ones,
 * and shows them to e2fsck.
 */
#include "fs/ext2/jbd2.h"
#include "tests/unit/ext2_image.h"

enum { IMAGE_SIZE = 3 << 20, BLOCK = 1024, BLOCKS_IN_USE = 16 };

static uint8_t image[IMAGE_SIZE];

/*
 * A file system in whose journal the directory and the file's inode are, revoked and there again.
 */
static void make(const char *checksums)
{
    char commands[1536];
    (void)snprintf(
        commands, sizeof commands,
        "mkdir tree && echo hello >tree/hello &&"
        "mke2fs -q -t ext4 -b 1024 -d tree image 3M >/dev/null 2>&1 &&"
        "root=$(debugfs -R 'blocks .' image 2>/dev/null) &&"
        "inodes=$(dumpe2fs image 2>/dev/null | sed -n 's/.*Inode table at \\([0-9]*\\)-.*/\\1/p') "
        "&&"
        "for block in $root $inodes; do"
        " dd if=image bs=1024 skip=$block count=1 2>/dev/null; done >data &&"
        "list=$(echo $root,$inodes | tr -d ' ') &&"
        "printf '%%s\\n' 'journal_open %s' \"journal_write -b $list data\""
        " \"journal_write -r $list data\" \"journal_write -b $list data\" journal_close >script &&"
        "debugfs -w -f script image >/dev/null 2>&1",
        checksums);
    ext2_image_make(image, IMAGE_SIZE, commands);
}

/* The journal begins with a superblock, which is like no other block. */
static size_t find_journal(void)
{
    static const uint8_t super[] = {0xC0, 0x3B, 0x39, 0x98, 0, 0, 0, JBD2_SUPER_V2};
    size_t at = 0;
    while (at < IMAGE_SIZE && memcmp(image + at, super, sizeof super) != 0) {
        at += BLOCK;
    }
    assert_true(at < IMAGE_SIZE);
    return at;
}

static const char *const kinds[] = {"", "-c -v 2", "-c -v 3"};

static void whole_ones_are_replayed(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        static struct mounted mounted;
        make(kinds[i]);
        mounted_open_good(&mounted, kinds[i], image, IMAGE_SIZE);
        assert_non_null(strstr(mounted.volume.details, "journal replayed"));
        assert_string_equal(mounted.lines, "");
        mounted_expect(&mounted, kinds[i], "/hello", 0, "hello\n", 6);
        mounted_close(&mounted);
    }
}

/* Where the journal's first blocks lie that have been written. Returns how many there are. */
static unsigned find_blocks(const char *name, size_t places[BLOCKS_IN_USE])
{
    static const uint8_t nothing[BLOCK];
    static struct mounted mounted;
    struct node node;
    unsigned count = 0;
    mounted_open_good(&mounted, name, image, IMAGE_SIZE);
    assert_int_equal(node_load(&mounted.volume, (struct node_id){.object = 8}, &node), 0);
    while (count < BLOCKS_IN_USE) {
        struct extent extent;
        assert_int_equal(node_where(&node, (uint64_t)count * BLOCK, &extent), 0);
        if (memcmp(image + extent.offset, nothing, BLOCK) == 0) {
            break;
        }
        places[count++] = extent.offset;
    }
    mounted_close(&mounted);
    return count;
}

/* Of a block of the journal: what is summed, and does not say what block it is. */
static bool is_summed(size_t block, size_t at)
{
    const uint8_t *bytes = image + block;
    bool is_own = memcmp(bytes, "\xC0\x3B\x39\x98", 4) == 0;
    bool is_commit = is_own && bytes[7] == JBD2_COMMIT;
    bool is_super = is_own && bytes[7] == JBD2_SUPER_V2;
    bool is_feature = is_super && at >= JS_FEATURE_INCOMPAT && at < JS_FEATURE_INCOMPAT + 4;
    return (!is_own || at >= JH_SIZE) && (!is_commit || at < JC_SIZE) && !is_feature;
}

/* With checksums each byte that is another one is noticed, and what it is in is not replayed. */
static void expect_noticed(const char *name, unsigned block, size_t at)
{
    static struct mounted mounted;
    mounted_open(&mounted, image, IMAGE_SIZE);
    bool replayed = strstr(mounted.volume.details, ", journal replayed") != NULL;
    if (replayed || mounted.line_count == 0) {
        fail_msg("%s: byte %zu of block %u: \"%s\", %s", name, at, block, mounted.volume.details,
                 mounted.lines);
    }
    mounted_close(&mounted);
}

static void nothing_damaged_is_replayed(void **state)
{
    (void)state;
    for (size_t i = 1; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t places[BLOCKS_IN_USE];
        make(kinds[i]);
        unsigned count = find_blocks(kinds[i], places);
        assert_in_range(count, 9, BLOCKS_IN_USE - 1);
        for (size_t at = 0; at < (size_t)count * BLOCK; at += 7) {
            size_t block = places[at / BLOCK];
            uint8_t *byte = &image[block + at % BLOCK], old = *byte;
            if (is_summed(block, at % BLOCK)) {
                *byte ^= 1U << at % 8;
                expect_noticed(kinds[i], (unsigned)(at / BLOCK), at % BLOCK);
                *byte = old;
            }
        }
    }
}

static void damaged_ones_never_crash_nor_hang(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        make(kinds[i]);
        size_t journal = find_journal();
        mounted_mutate(kinds[i], image, IMAGE_SIZE, journal, 256, 300);
        mounted_mutate(kinds[i], image, IMAGE_SIZE, journal, (size_t)BLOCKS_IN_USE * BLOCK, 300);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_ones_are_replayed),
        cmocka_unit_test(nothing_damaged_is_replayed),
        cmocka_unit_test(damaged_ones_never_crash_nor_hang),
    };
    return cmocka_run_group_tests_name("ext2 journal", tests, NULL, NULL);
}
