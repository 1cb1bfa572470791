/* SPDX-License-Identifier: BSD-2-Clause */
/* XFS made by mkfs.xfs, whole and damaged. tests/images compares whole trees. */
#include "fs/xfs/xfs.h"
#include "tests/unit/xfs_image.h"

static uint8_t image[XFS_IMAGE_SIZE], copy[XFS_IMAGE_SIZE];

static const char *const kinds[] = {
    "-m crc=0 -b size=512 -i size=256",
    "-m crc=0 -b size=1024 -n ftype=1",
    "-b size=1024 -i nrext64=1",
    "-b size=1024 -n size=8192",
};

static void files_read_as_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        static struct mounted mounted;
        struct node node;
        xfs_image_make(image, kinds[i]);
        mounted_open_good(&mounted, kinds[i], image, XFS_IMAGE_SIZE);
        size_t used = mounted.arena.used;
        mounted_expect(&mounted, kinds[i], "/hello", 0, "hello\n", 6);
        mounted_expect(&mounted, kinds[i], "/dir/link", 0, "hello\n", 6);
        mounted_expect(&mounted, kinds[i], "/dir/numbers", 108894 - 6, "20000\n", 6);
        assert_int_equal(path_find(&mounted.volume, "/dir/many/file-1", &node, false), 0);
        assert_int_equal(path_find(&mounted.volume, "/dir/many/file-600", &node, false), 0);
        assert_int_equal(path_find(&mounted.volume, "/dir/many/file-601", &node, true),
                         ERR_NOT_FOUND);
        assert_int_equal(mounted.arena.used, used); /* what is read takes no memory */
        mounted_close(&mounted);
    }
}

static void wrong_fields_are_named(void **state)
{
    (void)state;
    static const struct mounted_wrong cases[] = {
        {"block size cannot", SB_BLOCK_SIZE, 4, {0, 0, 3, 0}, ERR_CORRUPT},
        {"sector size cannot", SB_SECTOR_SIZE, 2, {0, 1}, ERR_CORRUPT},
        {"inode size cannot", SB_INODE_SIZE, 2, {0, 100}, ERR_CORRUPT},
        {"inode size cannot", SB_INODES_PER_BLOCK_LOG, 1, {63}, ERR_CORRUPT},
        {"directory block size cannot", SB_DIR_BLOCK_LOG, 1, {9}, ERR_CORRUPT},
        {"block count (the partition", SB_BLOCKS, 4, {0, 0, 0, 1}, ERR_CORRUPT},
        {"allocation groups cannot", SB_AG_BLOCKS, 4, {0, 0, 0, 1}, ERR_CORRUPT},
        {"allocation groups cannot", SB_AG_COUNT, 4, {0, 0, 0, 0}, ERR_CORRUPT},
        {"allocation groups cannot", SB_AG_BLOCKS_LOG, 1, {64}, ERR_CORRUPT},
        {"still being made", SB_IN_PROGRESS, 1, {1}, ERR_CORRUPT},
        {"version 3 cannot be read", SB_VERSION, 2, {0xB4, 0xA3}, ERR_UNSUPPORTED},
        {"0x200 (zoned realtime volume)", SB_FEATURES_INCOMPAT, 4, {0, 0, 2, 1}, ERR_UNSUPPORTED},
        {"0x10000 (a feature of the future)",
         SB_FEATURES_INCOMPAT,
         4,
         {0, 1, 0, 1},
         ERR_UNSUPPORTED},
    };
    xfs_image_make(image, "-b size=1024");
    mounted_expect_wrong(image, XFS_IMAGE_SIZE, cases, sizeof cases / sizeof cases[0], NULL);
}

/* A byte anywhere in what is used of the metadata is found out. */
static void checksums_are_checked(void **state)
{
    (void)state;
    static struct mounted mounted;
    struct node node;
    xfs_image_make(image, "-b size=1024");
    image[SB_LABEL] ^= 1;
    mounted_open(&mounted, image, XFS_IMAGE_SIZE);
    mounted_expect_error(&mounted, "superblock", mounted.error, ERR_CORRUPT, "checksum is wrong");
    mounted_close(&mounted);
    image[SB_LABEL] ^= 1;
    mounted_open_good(&mounted, "whole", image, XFS_IMAGE_SIZE);
    assert_int_equal(path_find(&mounted.volume, "/hello", &node, false), 0);
    uint64_t place = ((const struct xfs_node *)node.private)->place;
    mounted_close(&mounted);
    image[place + DI_SIZE + 7]++;
    mounted_open_good(&mounted, "whole", image, XFS_IMAGE_SIZE);
    int error = path_find(&mounted.volume, "/hello", &node, false);
    mounted_expect_error(&mounted, "inode", error, ERR_CORRUPT, "the inode's checksum is wrong");
    mounted_close(&mounted);
}

static void damaged_images_never_crash_nor_hang(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        xfs_image_make(image, kinds[i]);
        mounted_mutate(kinds[i], image, XFS_IMAGE_SIZE, 0, SB_SIZE, 100);
        mounted_mutate(kinds[i], image, XFS_IMAGE_SIZE, SB_SIZE, XFS_IMAGE_SIZE / 2, 600);
    }
}

/* ---- hostile fields ------------------------------------------------------------------------- */

/* The bytes of the volume at which an inode, or the first block of its data, lies. */
static uint64_t find(const char *path, bool data)
{
    static struct mounted mounted;
    struct node node;
    struct extent extent;
    mounted_open_good(&mounted, path, image, XFS_IMAGE_SIZE);
    assert_int_equal(path_find(&mounted.volume, path, &node, false), 0);
    uint64_t place = ((const struct xfs_node *)node.private)->place;
    if (data) {
        assert_int_equal(node_where(&node, 0, &extent), 0);
        place = extent.offset;
    }
    mounted_close(&mounted);
    return place;
}

static const struct {
    const char *name, *path;
    bool data; /* it is in the first block of the data, not in the inode */
    size_t offset, length;
    uint8_t bytes[8];
    const char *words;
} hostile[] = {
    {"no inode", "/hello", false, 0, 2, {0}, "there is no inode"},
    {"not in use", "/hello", false, DI_MODE, 2, {0}, "not in use"},
    {"version", "/hello", false, DI_VERSION, 1, {3}, "version cannot be right"},
    {"format", "/hello", false, DI_FORMAT, 1, {1}, "format of its data fork"},
    {"count of extents", "/hello", false, DI_EXTENTS, 4, {0, 0, 0, 99}, "format of its data fork"},
    {"negative size", "/hello", false, DI_SIZE, 1, {0x80}, "size cannot be right"},
    {"realtime", "/hello", false, DI_FLAGS, 2, {0, 1}, "realtime volume"},
    {"extent outside", "/hello", false, DI_CORE_SIZE + 8, 4, {0xFF}, "leave the file system"},
    {"extent of nothing", "/hello", false, DI_CORE_SIZE + 13, 3, {0}, "length that cannot be"},
    {"a tree without a root", "/hello", false, DI_FORMAT, 1, {3}, "root of its extents"},
    {"no directory block", "/dir/many", true, 0, 4, {0}, "holds no entries"},
    {"an entry of no length",
     "/dir/many",
     true,
     DIR_HEADER_SIZE + DE_NAME_LENGTH,
     1,
     {0},
     "damaged at byte 16"},
    {"an entry that is too long",
     "/dir/many",
     true,
     DIR_HEADER_SIZE,
     4,
     {0xFF, 0xFF, 0xFF, 0xF8},
     "damaged at byte 16"},
    {"an odd unused piece",
     "/dir/many",
     true,
     DIR_HEADER_SIZE,
     4,
     {0xFF, 0xFF, 0, 3},
     "damaged at byte 16"},
};

/* Reads all of a file, or lists a directory. */
static int read_all(struct mounted *mounted, const char *path)
{
    static uint8_t bytes[16];
    struct node node;
    struct dir_entry entry;
    uint64_t cursor = 0;
    int found = path_find(&mounted->volume, path, &node, false);
    if (found != 0 || node.type == NODE_FILE) {
        return found != 0 ? found : mounted_read(mounted, path, 0, bytes, 6);
    }
    while ((found = xfs_next(&node, &cursor, &entry)) > 0) {
    }
    return found;
}

static void hostile_fields_are_named(void **state)
{
    (void)state;
    xfs_image_make(copy, kinds[0]);
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        static struct mounted mounted;
        memcpy(image, copy, XFS_IMAGE_SIZE);
        uint64_t place = find(hostile[i].path, hostile[i].data);
        memcpy(image + place + hostile[i].offset, hostile[i].bytes, hostile[i].length);
        mounted_open_good(&mounted, hostile[i].name, image, XFS_IMAGE_SIZE);
        int error = read_all(&mounted, hostile[i].path);
        if (error == 0) {
            fail_msg("%s: it was read", hostile[i].name);
        }
        mounted_expect_error(&mounted, hostile[i].name, error, error, hostile[i].words);
        mounted_close(&mounted);
    }
}

/* Seconds, of 32 bits; or nanoseconds since 1901, which reach further. */
static void times_of_both_kinds(void **state)
{
    (void)state;
    static const struct {
        const char *options;
        uint32_t words[2];
        int64_t seconds;
    } cases[] = {
        {"-m crc=0 -b size=1024", {0xED30CC80, 0}, -315569024},
        {"-m bigtime=0 -b size=1024", {0x70DBD880, 0}, 1893456000},
        {"-m bigtime=1 -b size=1024", {0xAE529DA6, 0x3CCE0000}, 10413792000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static struct mounted mounted;
        struct node node;
        xfs_image_make(image, cases[i].options);
        uint8_t *inode = image + find("/hello", false);
        xfs_image_put32(inode + DI_MTIME, cases[i].words[0]);
        xfs_image_put32(inode + DI_MTIME + 4, cases[i].words[1]);
        if (xfs_image_is_summed(image)) {
            xfs_image_sum(inode, be16(image + SB_INODE_SIZE), DI_CHECKSUM);
        }
        mounted_open_good(&mounted, cases[i].options, image, XFS_IMAGE_SIZE);
        assert_int_equal(path_find(&mounted.volume, "/hello", &node, false), 0);
        assert_int_equal(node.mtime, cases[i].seconds);
        mounted_close(&mounted);
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

/* Leaves of the index whose names all have one hash, in a circle: that comes to an end. */
static void an_index_in_a_circle(void **state)
{
    (void)state;
    static struct mounted mounted;
    struct node node;
    struct dir_entry entry;
    struct extent extent;
    xfs_image_make(image, kinds[0]);
    mounted_open_good(&mounted, "circle", image, XFS_IMAGE_SIZE);
    assert_int_equal(path_find(&mounted.volume, "/dir/many", &node, false), 0);
    for (uint64_t block = 1; block < 400; block++) { /* all leaves, all hashes: that of "a" */
        uint64_t offset = DIR_INDEX_OFFSET + block * 512;
        if (node_where(&node, offset, &extent) != 0 || extent.kind != EXTENT_BELOW ||
            be16(image + extent.offset + INDEX_MAGIC) != LEAFN_MAGIC) {
            continue;
        }
        uint8_t *leaf = image + extent.offset;
        xfs_image_put32(leaf + INDEX_FORWARD, (uint32_t)(offset / 512));
        for (unsigned i = 0; i < be16(leaf + INDEX_COUNT); i++) {
            xfs_image_put32(leaf + DIR_HEADER_SIZE + i * INDEX_ENTRY_SIZE, 'a');
        }
    }
    where_uncounted = mounted.source.source.where;
    mounted.source.source.where = where_counted;
    int error = xfs_lookup(&node, "a", &entry);
    mounted_expect_error(&mounted, "circle", error, ERR_CORRUPT, "is damaged at byte");
    assert_in_range(reads, 1, 50000);
    mounted_close(&mounted);
}

/*
 * A directory's blocks are read once, not for each of its names; a name is found without reading
 * all.
 */
static void blocks_are_read_once(void **state)
{
    (void)state;
    static struct mounted mounted;
    struct node node;
    struct dir_entry entry;
    uint64_t cursor = 0;
    unsigned names = 0;
    xfs_image_make(image, kinds[2]);
    mounted_open_good(&mounted, "reads", image, XFS_IMAGE_SIZE);
    assert_int_equal(path_find(&mounted.volume, "/dir/many", &node, false), 0);
    where_uncounted = mounted.source.source.where;
    mounted.source.source.where = where_counted;
    reads = 0;
    while (xfs_next(&node, &cursor, &entry) > 0) {
        names++;
    }
    assert_int_equal(names, 600);
    assert_in_range(reads, 1, 4 * node.size / 1024); /* each read asks a few times where it is */
    reads = 0;
    assert_int_equal(xfs_lookup(&node, "file-150", &entry), 1);
    assert_in_range(reads, 0, 12);
    mounted_close(&mounted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_read_as_written),
        cmocka_unit_test(wrong_fields_are_named),
        cmocka_unit_test(checksums_are_checked),
        cmocka_unit_test(hostile_fields_are_named),
        cmocka_unit_test(times_of_both_kinds),
        cmocka_unit_test(an_index_in_a_circle),
        cmocka_unit_test(blocks_are_read_once),
        cmocka_unit_test(damaged_images_never_crash_nor_hang),
    };
    return cmocka_run_group_tests_name("xfs", tests, NULL, NULL);
}
