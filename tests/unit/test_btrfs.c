/* SPDX-License-Identifier: BSD-2-Clause */
/* btrfs, whole and damaged, with checksums that are right all the same. tests/images compares whole trees. */
#include "fs/btrfs/btrfs.h"
#include "tests/unit/btrfs_image.h"

enum { DATA_SIZE = 64 << 10 /* bytes, at the image's end */ };

static uint8_t image[BTRFS_IMAGE_SIZE], made[BTRFS_IMAGE_SIZE];

static int make(void **state)
{
    (void)state;
    btrfs_image_make(made);
    return 0;
}

static uint8_t *root_block(void)
{
    return btrfs_image_block(image, le64(image + SUPER_PLACE + SUPER_ROOT));
}

static uint8_t *chunk_block(void)
{
    return btrfs_image_block(image, le64(image + SUPER_PLACE + SUPER_CHUNK_ROOT));
}

static void open_copy(struct mounted *mounted)
{
    btrfs_image_sum(image, sizeof image);
    mounted_open(mounted, image, sizeof image);
}

static void files_read_as_written(void **state)
{
    (void)state;
    static const char *const plain[] = {"zlib",       "lzo",         "zstd",      "inline zlib",
                                        "inline lzo", "inline zstd", "below/text"};
    static struct mounted mounted;
    mounted_open_good(&mounted, "made", made, sizeof made);
    size_t used = mounted.arena.used;
    char path[64];
    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        (void)snprintf(path, sizeof path, "/directory/%s", plain[i]);
        mounted_expect(&mounted, path, path, 0, "0\n1\n2\n", 6);
        mounted_expect(&mounted, path, path, 490, "150\n", 4);
    }
    mounted_expect(&mounted, "link", "/short", 0, "hello\n", 6);
    mounted_expect(&mounted, "synced", "/directory/synced", 0, "synced\n", 7);
    mounted_expect(&mounted, "reference", "/synced here", 0, "synced\n", 7);
    mounted_expect_error(&mounted, "shortened",
                         mounted_read(&mounted, "/directory/plain", 7000, path, 1), ERR_RANGE,
                         "past its end at 7000");
    mounted.lines[0] = '\0';
    mounted_expect(&mounted, "snapshot", "/snapshot/directory/file", 0, "hello\n", 6);
    mounted_expect(&mounted, "end", "/directory/zstd", 8885, "1999\n", 5);
    assert_int_equal(mounted.arena.used, used); /* what is read takes no memory */
    assert_string_equal(mounted.volume.label, "made");
    assert_string_equal(mounted.lines, "");
    mounted_close(&mounted);
}

/* Pieces that lie in a row are one: what is read side by side ends with an extent. */
static void pieces_in_a_row_are_joined(void **state)
{
    (void)state;
    static const uint64_t places[] = {0, 100, 5000, 8192};
    static struct mounted mounted;
    struct node node;
    struct extent extent;
    mounted_open_good(&mounted, "made", made, sizeof made);
    assert_int_equal(path_find(&mounted.volume, "/directory/below/text", &node, false), 0);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        assert_int_equal(node_where(&node, places[i], &extent), 0);
        assert_true(extent.length >= node.size - places[i]);
    }
    mounted_close(&mounted);
}

/* A subvolume in a snapshot of the one that it is in is empty: a snapshot ends at subvolumes. */
static void a_snapshot_holds_no_others(void **state)
{
    (void)state;
    static struct mounted mounted;
    struct node node;
    mounted_open_good(&mounted, "made", made, sizeof made);
    assert_int_equal(path_find(&mounted.volume, "/snapshot/directory/below", &node, false), 0);
    assert_int_equal(node.type, NODE_DIRECTORY);
    assert_int_equal(path_find(&mounted.volume, "/snapshot/directory/below/text", &node, true),
                     ERR_NOT_FOUND);
    mounted_close(&mounted);
}

static void subvolumes_are_listed(void **state)
{
    (void)state;
    static struct mounted mounted;
    static struct subvolume subvolume;
    uint64_t cursor = 0;
    mounted_open_good(&mounted, "made", made, sizeof made);
    assert_int_equal(btrfs_next_subvolume(&mounted.volume, &cursor, &subvolume), 1);
    assert_string_equal(subvolume.path, "/directory/below");
    assert_int_equal(btrfs_next_subvolume(&mounted.volume, &cursor, &subvolume), 1);
    assert_string_equal(subvolume.path, "/snapshot");
    assert_int_equal(btrfs_next_subvolume(&mounted.volume, &cursor, &subvolume), 0);
    mounted_close(&mounted);
}

static void wrong_fields_are_named(void **state)
{
    (void)state;
    static const struct mounted_wrong cases[] = {
        {"sector size cannot", SUPER_PLACE + SUPER_SECTOR_SIZE, 4, {0, 3}, ERR_CORRUPT},
        {"node size cannot", SUPER_PLACE + SUPER_NODE_SIZE, 4, {0, 0, 2}, ERR_CORRUPT},
        {"node size cannot", SUPER_PLACE + SUPER_NODE_SIZE, 4, {0, 0x18}, ERR_CORRUPT},
        {"the level of a tree cannot", SUPER_PLACE + SUPER_ROOT_LEVEL, 1, {8}, ERR_CORRUPT},
        {"the level of a tree cannot", SUPER_PLACE + SUPER_CHUNK_LEVEL, 1, {200}, ERR_CORRUPT},
        {"the size of its chunks cannot", SUPER_PLACE + SUPER_SYSTEM_SIZE, 4, {1, 8}, ERR_CORRUPT},
        {"it lies in no chunk", SUPER_PLACE + SUPER_SYSTEM_SIZE, 4, {0}, ERR_CORRUPT},
        {"it lies in no chunk", SUPER_PLACE + SUPER_ROOT, 4, {0xFF, 0xFF, 0xFF, 0xFF}, ERR_CORRUPT},
        {"its level cannot", SUPER_PLACE + SUPER_ROOT_LEVEL, 1, {7}, ERR_CORRUPT},
        {"another generation", SUPER_PLACE + SUPER_GENERATION, 1, {9}, ERR_CORRUPT},
        {"0x4000 (raid-stripe-tree)",
         SUPER_PLACE + SUPER_INCOMPATIBLE,
         4,
         {0, 0x40},
         ERR_UNSUPPORTED},
        {"0x2000 (extent tree v2)",
         SUPER_PLACE + SUPER_INCOMPATIBLE,
         4,
         {0, 0x20},
         ERR_UNSUPPORTED},
        {"0x80000000 (a feature of the future)",
         SUPER_PLACE + SUPER_INCOMPATIBLE,
         4,
         {0, 0, 0, 0x80},
         ERR_UNSUPPORTED},
        {"a kind of checksum that is not known: 4",
         SUPER_PLACE + SUPER_CHECKSUM,
         2,
         {4},
         ERR_UNSUPPORTED},
        {"its profile is none",
         SUPER_PLACE + SUPER_SYSTEM + KEY_SIZE + CHUNK_TYPE,
         2,
         {0xFF, 7},
         ERR_CORRUPT},
        {"its number of stripes",
         SUPER_PLACE + SUPER_SYSTEM + KEY_SIZE + CHUNK_STRIPES,
         2,
         {0},
         ERR_CORRUPT},
        {"its number of stripes",
         SUPER_PLACE + SUPER_SYSTEM + KEY_SIZE + CHUNK_STRIPES,
         2,
         {9, 9},
         ERR_CORRUPT},
        {"it leaves its device",
         SUPER_PLACE + SUPER_SYSTEM + KEY_SIZE + CHUNK_HEADER_SIZE + STRIPE_OFFSET + 4,
         4,
         {1},
         ERR_CORRUPT},
        {"devices that are missing",
         SUPER_PLACE + SUPER_SYSTEM + KEY_SIZE + CHUNK_HEADER_SIZE + STRIPE_DEVICE,
         1,
         {2},
         ERR_CORRUPT},
        {"its length cannot",
         SUPER_PLACE + SUPER_SYSTEM + KEY_SIZE + CHUNK_LENGTH,
         4,
         {0},
         ERR_CORRUPT},
    };
    memcpy(image, made, sizeof image);
    mounted_expect_wrong(image, sizeof image, cases, sizeof cases / sizeof cases[0],
                         btrfs_image_sum);
}

/* A byte anywhere in what is used is found out. */
static void checksums_are_checked(void **state)
{
    (void)state;
    static struct mounted mounted;
    uint8_t bytes[4];
    memcpy(image, made, sizeof image);
    image[SUPER_PLACE + SUPER_LABEL] ^= 1;
    mounted_open(&mounted, image, sizeof image);
    mounted_expect_error(&mounted, "super", mounted.error, ERR_CORRUPT, "checksum is wrong");
    mounted_close(&mounted);
    image[SUPER_PLACE + SUPER_LABEL] ^= 1;
    root_block()[BTRFS_IMAGE_BLOCK - 1] ^= 1;
    mounted_open(&mounted, image, sizeof image);
    mounted_expect_error(&mounted, "root", mounted.error, ERR_CORRUPT, "its checksum is wrong");
    mounted_close(&mounted);
    memcpy(image, made, sizeof image);
    memset(image + sizeof image - DATA_SIZE, 0, DATA_SIZE);
    mounted_open_good(&mounted, "data", image, sizeof image);
    mounted_expect_error(&mounted, "data", mounted_read(&mounted, "/directory/plain", 0, bytes, 4),
                         ERR_CORRUPT, "byte 0: its checksum is wrong");
    mounted_close(&mounted);
}

/* ---- hostile trees -------------------------------------------------------------------------- */

/* The root tree's only block says that it is a node over itself. */
static void a_tree_that_holds_itself_ends(void **state)
{
    (void)state;
    static struct mounted mounted;
    memcpy(image, made, sizeof image);
    uint8_t *root = root_block();
    uint8_t first[KEY_SIZE];
    memcpy(first, root + BLOCK_HEADER_SIZE, sizeof first);
    memset(root + BLOCK_HEADER_SIZE, 0, BTRFS_IMAGE_BLOCK - BLOCK_HEADER_SIZE);
    memcpy(root + BLOCK_HEADER_SIZE, first, sizeof first);
    put_le64(root + BLOCK_HEADER_SIZE + POINTER_BLOCK, le64(root + BLOCK_BYTE));
    put_le64(root + BLOCK_HEADER_SIZE + POINTER_GENERATION, le64(root + BLOCK_GENERATION));
    put_le32(root + BLOCK_COUNT, 1);
    root[BLOCK_LEVEL] = image[SUPER_PLACE + SUPER_ROOT_LEVEL] = 7;
    open_copy(&mounted);
    mounted_expect_error(&mounted, "itself", mounted.error, ERR_CORRUPT, "its level cannot");
    mounted_close(&mounted);
}

static void items_stay_in_their_leaf(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        size_t offset; /* in the first item's header */
        uint32_t value;
    } cases[] = {
        {"an item leaves it", ITEM_OFFSET, UINT32_MAX},
        {"an item leaves it", ITEM_OFFSET, 0},
        {"an item leaves it", ITEM_SIZE, BTRFS_IMAGE_BLOCK},
        {"its keys are not in order", KEY_OBJECT + 4, UINT32_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct mounted mounted;
        memcpy(image, made, sizeof image);
        put_le32(root_block() + BLOCK_HEADER_SIZE + cases[i].offset, cases[i].value);
        open_copy(&mounted);
        mounted_expect_error(&mounted, cases[i].words, mounted.error, ERR_CORRUPT, cases[i].words);
        mounted_close(&mounted);
    }
}

/* Chunks of which each has half of all addresses: the second one meets the first. */
static void chunks_do_not_meet(void **state)
{
    (void)state;
    static struct mounted mounted;
    memcpy(image, made, sizeof image);
    uint8_t *second = chunk_block() + BLOCK_HEADER_SIZE + ITEM_BYTES;
    put_le64(second + KEY_OFFSET, le64(second - ITEM_BYTES + KEY_OFFSET) + 4096);
    open_copy(&mounted);
    mounted_expect_error(&mounted, "chunks", mounted.error, ERR_CORRUPT, "it meets another one");
    mounted_close(&mounted);
}

/* Chunks over the same bytes of a device would make a space of any size out of a small one. */
static void chunks_have_no_more_than_their_devices(void **state)
{
    (void)state;
    static struct mounted mounted;
    memcpy(image, made, sizeof image);
    uint8_t *block = chunk_block();
    uint8_t *chunk =
        block + BLOCK_HEADER_SIZE + le32(block + BLOCK_HEADER_SIZE + ITEM_OFFSET); /* the first */
    put_le64(chunk + CHUNK_LENGTH, sizeof image - le64(chunk + CHUNK_HEADER_SIZE + STRIPE_OFFSET));
    open_copy(&mounted);
    mounted_expect_error(&mounted, "chunks", mounted.error, ERR_CORRUPT,
                         "take more than the devices have");
    mounted_close(&mounted);
}

/* A block of any tree, or the superblock. */
static uint8_t *any_block(unsigned *seed)
{
    for (;;) {
        size_t at = SUPER_PLACE + (size_t)rand_r(seed) % (sizeof image - SUPER_PLACE - DATA_SIZE) /
                                      BTRFS_IMAGE_BLOCK * BTRFS_IMAGE_BLOCK;
        if (image[at + BLOCK_FSID] != 0) {
            return image + at;
        }
    }
}

/* Changed at random, with checksums that are right. */
static void damage_is_an_error(void **state)
{
    (void)state;
    static struct mounted mounted;
    unsigned seed = 1;
    for (unsigned round = 0; round < 1500; round++) {
        struct mutation mutation;
        memcpy(image, made, sizeof image);
        mutation_do(&mutation, any_block(&seed), BTRFS_IMAGE_BLOCK, &seed);
        open_copy(&mounted);
        if (mounted.error == 0) {
            mounted_walk(&mounted, "damaged");
        } else if (mounted.error != ERR_UNKNOWN && mounted.line_count == 0) {
            fail_msg("round %u: %s, but nothing was logged", round, error_text(mounted.error));
        }
        mounted_close(&mounted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_as_written),
        cmocka_unit_test(pieces_in_a_row_are_joined),
        cmocka_unit_test(a_snapshot_holds_no_others),
        cmocka_unit_test(subvolumes_are_listed),
        cmocka_unit_test(wrong_fields_are_named),
        cmocka_unit_test(checksums_are_checked),
        cmocka_unit_test(a_tree_that_holds_itself_ends),
        cmocka_unit_test(items_stay_in_their_leaf),
        cmocka_unit_test(chunks_do_not_meet),
        cmocka_unit_test(chunks_have_no_more_than_their_devices),
        cmocka_unit_test(damage_is_an_error),
    };
    return cmocka_run_group_tests(tests, make, NULL);
}
