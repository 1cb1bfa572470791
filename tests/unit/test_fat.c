/* SPDX-License-Identifier: BSD-2-Clause */
/* FAT12, FAT16 and FAT32 on volumes made field by field; then the same with each field wrong. */
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/fat_image.h"
#include "tests/unit/mounted.h"

static struct mounted mounted;

static const struct fat_shape shapes[] = {
    {"FAT12", 12, 512, 1, 2, 300},
    {"FAT12, one FAT", 12, 512, 4, 1, 300},
    {"FAT12, the largest", 12, 512, 1, 2, 4084},
    {"FAT12, 4096-byte sectors", 12, 4096, 1, 2, 100},
    {"FAT16, the smallest", 16, 512, 1, 2, 4085},
    {"FAT16, 1024-byte sectors", 16, 1024, 2, 2, 5000},
    {"FAT16, the largest", 16, 512, 1, 1, 65524},
    {"FAT32, the smallest", 32, 512, 1, 2, 65525},
    {"FAT32, forced", 32, 512, 1, 2, 300},
    {"FAT32, 2048-byte sectors, forced", 32, 2048, 8, 2, 300},
};

/* ---- what is on each of them ---------------------------------------------------------------- */

static const uint32_t scattered[] = {20, 21, 22, 50, 10, 11, 90, 60, 0},
                      straight[] = {30, 31, 32, 33, 0}, directory[] = {5, 8, 40, 0},
                      kept[] = {70, 71, 72, 0};

enum { LAST_BYTES = 7 }; /* of the last cluster are in the file */

static uint8_t byte_at(uint32_t cluster, size_t i)
{
    return (uint8_t)((size_t)cluster * 31 + i * 7 + i / 256);
}

static size_t count_of(const uint32_t *clusters)
{
    size_t count = 0;
    while (clusters[count] != 0) {
        count++;
    }
    return count;
}

static uint32_t size_of(const struct fat_image *image, const uint32_t *clusters)
{
    return (uint32_t)((count_of(clusters) - 1) * image->cluster_size + LAST_BYTES);
}

static void fill(const struct fat_image *image, const uint32_t *clusters)
{
    for (; *clusters != 0; clusters++) {
        for (size_t i = 0; i < image->cluster_size; i++) {
            fat_image_cluster(image, *clusters)[i] = byte_at(*clusters, i);
        }
    }
}

/* Directory "SUB", all of whose clusters are full of files of which the last one is "LAST.BIN". */
static void fill_directory(const struct fat_image *image)
{
    for (const uint32_t *cluster = directory; *cluster != 0; cluster++) {
        uint8_t *p = fat_image_cluster(image, *cluster), *end = p + image->cluster_size;
        while (p < end) {
            bool last = cluster[1] == 0 && p + ENTRY_SIZE == end;
            p = fat_image_entry(p, last ? "LAST    BIN" : "\xE5GONE   TXT", 0, straight[0],
                                size_of(image, straight));
        }
    }
    uint8_t *p = fat_image_entry(fat_image_cluster(image, directory[0]), ".          ",
                                 ATTRIBUTE_DIRECTORY, directory[0], 0);
    (void)fat_image_entry(p, "..         ", ATTRIBUTE_DIRECTORY, 0, 0);
}

static struct fat_image make(const struct fat_shape *shape)
{
    struct fat_image image = fat_image_make(shape);
    const uint32_t *chains[] = {scattered, straight, directory, kept};
    for (size_t i = 0; i < 4; i++) {
        fat_image_chain(&image, chains[i]);
        fill(&image, chains[i]);
    }
    fill_directory(&image);
    uint8_t *p = fat_image_entry(image.root, "BOOT DISK  ", ATTRIBUTE_VOLUME_LABEL, 0, 0);
    p = fat_image_entry(p, "SCATTER TXT", 0, scattered[0], size_of(&image, scattered));
    p = fat_image_entry(p, "STRAIGHTTXT", 0, straight[0], size_of(&image, straight));
    p = fat_image_entry(p, "EMPTY   TXT", ATTRIBUTE_READ_ONLY, 0, 0);
    p = fat_image_entry(p, "SUB        ", ATTRIBUTE_DIRECTORY, directory[0], 0);
    (void)fat_image_entry(p, "KEPT    TXT", 0, kept[0], 3); /* its chain is longer than it needs */
    return image;
}

static void expect_file(const struct fat_image *image, const char *path, const uint32_t *clusters)
{
    size_t size = size_of(image, clusters);
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = byte_at(clusters[i / image->cluster_size], i % image->cluster_size);
    }
    mounted_expect(&mounted, image->shape.name, path, 0, bytes, size);
    for (size_t i = count_of(clusters); i-- > 0;) { /* backwards, too */
        mounted_expect(&mounted, image->shape.name, path, i * image->cluster_size,
                       bytes + i * image->cluster_size, LAST_BYTES);
    }
    free(bytes);
}

static void every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct fat_image image = make(&shapes[i]);
        mounted_open_good(&mounted, shapes[i].name, image.bytes, image.size);
        char details[64];
        (void)snprintf(details, sizeof details, "FAT%u, %zu-byte clusters", shapes[i].bits,
                       image.cluster_size);
        assert_string_equal(mounted.volume.details, details);
        assert_string_equal(mounted.volume.label, "BOOT DISK");
        assert_string_equal(mounted.volume.uuid, "1234-ABCD");
        expect_file(&image, "/SCATTER.TXT", scattered);
        expect_file(&image, "/scatter.txt", scattered);
        expect_file(&image, "/straight.TXT", straight);
        expect_file(&image, "/Sub/Last.Bin", straight);
        mounted_expect(&mounted, shapes[i].name, "/EMPTY.TXT", 0, "", 0);
        mounted_expect(&mounted, shapes[i].name, "/sub/../kept.txt", 0,
                       (uint8_t[]){byte_at(70, 0), byte_at(70, 1), byte_at(70, 2)}, 3);
        assert_int_equal(mounted.line_count, 0);
        mounted_close(&mounted);
        free(image.bytes);
    }
}

static void attributes(void **state)
{
    (void)state;
    struct fat_image image = make(&shapes[0]);
    struct node node;
    mounted_open_good(&mounted, "attributes", image.bytes, image.size);
    assert_int_equal(path_find(&mounted.volume, "/EMPTY.TXT", &node, false), 0);
    assert_int_equal(node.mode, 0555);
    assert_int_equal(node.mtime, 951827430); /* date -u -d '2000-02-29 12:30:30' +%s */
    assert_int_equal(path_find(&mounted.volume, "/GONE.TXT", &node, true), ERR_NOT_FOUND);
    assert_int_equal(path_find(&mounted.volume, "/BOOT DISK", &node, true), ERR_NOT_FOUND);
    mounted_close(&mounted);
    free(image.bytes);
}

/*
 * Clusters that follow each other are one extent; the FAT is not walked again for what comes next.
 */
static void long_runs(void **state)
{
    (void)state;
    struct fat_image image = make(&shapes[0]);
    struct node node;
    struct extent extent;
    mounted_open_good(&mounted, "runs", image.bytes, image.size);
    assert_int_equal(path_find(&mounted.volume, "/STRAIGHT.TXT", &node, false), 0);
    assert_int_equal(node_where(&node, 100, &extent), 0);
    assert_int_equal(extent.length, 4 * 512 - 100);
    assert_int_equal(path_find(&mounted.volume, "/SCATTER.TXT", &node, false), 0);
    static const struct {
        unsigned offset, length;
    } table[] = {{0, 1536},   {1535, 1},   {1536, 512}, {2048, 1024},
                 {3072, 512}, {3590, 506}, {600, 936}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        assert_int_equal(node_where(&node, table[i].offset, &extent), 0);
        assert_int_equal(extent.length, table[i].length);
    }
    mounted_close(&mounted);
    free(image.bytes);
}

/* Only the FAT that is named is read. */
static void active_fat(void **state)
{
    (void)state;
    struct fat_image image = make(&shapes[8]);
    memset(image.table, 0, image.table_size);
    put_le16(image.bytes + B32_FLAGS, FLAGS_ONE_FAT | 1);
    mounted_open_good(&mounted, "active FAT", image.bytes, image.size);
    expect_file(&image, "/SCATTER.TXT", scattered);
    mounted_close(&mounted);
    free(image.bytes);
}

/* A file of 4 GiB - 1 in clusters of 512 KiB; most of the volume is never touched. */
static void largest_file(void **state)
{
    (void)state;
    enum { CLUSTER = 4096 * 128, CLUSTERS = 8192 };
    enum { TABLE = 4096 * 8, TABLE_SIZE = 4096 * 11, ROOT = 4096 * 19, DATA = 4096 * 20 };
    size_t size = DATA + (size_t)CLUSTER * (CLUSTERS + 2);
    uint8_t *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bytes == MAP_FAILED) {
        skip();
    }
    struct fat_image image = {.shape = {"4 GiB - 1", 16, 4096, 128, 1, CLUSTERS + 2},
                              .bytes = bytes,
                              .size = size,
                              .table_size = TABLE_SIZE,
                              .table = bytes + TABLE,
                              .data = bytes + DATA,
                              .root = bytes + ROOT,
                              .cluster_size = CLUSTER};
    fat_image_boot_sector(&image);
    for (uint32_t cluster = 2; cluster < CLUSTERS + 1; cluster++) {
        fat_image_link(&image, cluster, cluster + 1);
    }
    fat_image_link(&image, CLUSTERS + 1, FAT_IMAGE_END);
    (void)fat_image_entry(image.root, "LARGE   BIN", 0, 2, UINT32_MAX);
    memcpy(fat_image_cluster(&image, CLUSTERS + 1) + CLUSTER - 6, "the end", 5);
    mounted_open_good(&mounted, "4 GiB - 1", bytes, size);
    mounted_expect(&mounted, "4 GiB - 1", "/large.bin", UINT32_MAX - 5, "the e", 5);
    mounted_close(&mounted);
    (void)munmap(bytes, size);
}

/* ---- what cannot be ------------------------------------------------------------------------- */

static void wrong_boot_sectors(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned shape, offset, length;
        uint32_t value;
        int error;
        const char *words;
    } table[] = {
        {"no jump", 0, B_JUMP, 1, 0, ERR_UNKNOWN, ""},
        {"no signature", 0, B_SIGNATURE, 2, 0, ERR_UNKNOWN, ""},
        {"sectors of 0", 0, B_BYTES_PER_SECTOR, 2, 0, ERR_UNKNOWN, ""},
        {"sectors of 768", 0, B_BYTES_PER_SECTOR, 2, 768, ERR_UNKNOWN, ""},
        {"sectors of 8192", 0, B_BYTES_PER_SECTOR, 2, 8192, ERR_UNKNOWN, ""},
        {"clusters of 0", 0, B_SECTORS_PER_CLUSTER, 1, 0, ERR_UNKNOWN, ""},
        {"clusters of 3", 0, B_SECTORS_PER_CLUSTER, 1, 3, ERR_UNKNOWN, ""},
        {"nothing reserved", 0, B_RESERVED_SECTORS, 2, 0, ERR_UNKNOWN, ""},
        {"no FAT", 0, B_FATS, 1, 0, ERR_UNKNOWN, ""},
        {"media", 0, B_MEDIA, 1, 0x12, ERR_UNKNOWN, ""},
        {"larger than the disk", 0, B_SECTORS_32, 4, 100000, ERR_CORRUPT,
         "(hd0,1): FAT boot sector: number of sectors"},
        {"no sectors", 0, B_SECTORS_32, 4, 0, ERR_CORRUPT, "size of the FAT"},
        {"huge FAT", 0, B_FAT_SIZE_16, 2, 0xFFFF, ERR_CORRUPT, "size of the FAT"},
        {"huge FAT", 8, B32_FAT_SIZE, 4, UINT32_MAX, ERR_CORRUPT, "size of the FAT"},
        {"no size of FAT", 8, B32_FAT_SIZE, 4, 0, ERR_CORRUPT, "size of the FAT"},
        {"no root directory", 0, B_ROOT_ENTRIES, 2, 0, ERR_CORRUPT, "root directory"},
        {"root cluster 0", 8, B32_ROOT_CLUSTER, 4, 0, ERR_CORRUPT, "root directory"},
        {"root cluster 302", 8, B32_ROOT_CLUSTER, 4, 302, ERR_CORRUPT, "root directory"},
        {"active FAT 2", 8, B32_FLAGS, 2, 0x82, ERR_CORRUPT, "active FAT"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct fat_image image = make(&shapes[table[i].shape]);
        uint8_t bytes[4];
        put_le32(bytes, table[i].value);
        memcpy(image.bytes + table[i].offset, bytes, table[i].length);
        mounted_open(&mounted, image.bytes, image.size);
        mounted_expect_error(&mounted, table[i].name, mounted.error, table[i].error,
                             table[i].words);
        mounted_close(&mounted);
        free(image.bytes);
    }
}

/* Each links one cluster elsewhere. */
static void wrong_chains(void **state)
{
    (void)state;
    static const struct {
        const char *name, *path;
        uint32_t cluster, next;
        int error;
        const char *words;
    } table[] = {
        {"file in a circle", "/SCATTER.TXT", 60, 20, ERR_LOOP, "bites its tail"},
        {"circle inside of the file", "/SCATTER.TXT", 50, 20, ERR_LOOP, "bites its tail"},
        {"cluster after itself", "/SCATTER.TXT", 60, 60, ERR_LOOP, "bites its tail"},
        {"too short", "/SCATTER.TXT", 50, FAT_IMAGE_END, ERR_CORRUPT, "ends before"},
        {"free cluster", "/SCATTER.TXT", 50, 0, ERR_CORRUPT,
         "cluster 50 leads to a cluster that does not exist"},
        {"cluster 1", "/SCATTER.TXT", 50, 1, ERR_CORRUPT, "does not exist"},
        {"bad cluster", "/SCATTER.TXT", 50, 0x0FFFFFF7, ERR_CORRUPT, "does not exist"},
        {"one too many", "/SCATTER.TXT", 50, 302, ERR_CORRUPT, "does not exist"},
        {"directory in a circle", "/sub/last.bin", 40, 5, ERR_CORRUPT, "bites its tail"},
        {"directory leads outside", "/sub/last.bin", 8, 0xFF0, ERR_CORRUPT, "does not exist"},
    };
    static uint8_t bytes[65536];
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        for (unsigned shape = 0; shape < sizeof shapes / sizeof shapes[0]; shape += 8) {
            struct fat_image image = make(&shapes[shape]);
            fat_image_link(&image, table[i].cluster, table[i].next);
            mounted_open_good(&mounted, table[i].name, image.bytes, image.size);
            int error = mounted_read(&mounted, table[i].path, 0, bytes, size_of(&image, scattered));
            mounted_expect_error(&mounted, table[i].name, error, table[i].error, table[i].words);
            mounted_close(&mounted);
            free(image.bytes);
        }
    }
}

static unsigned reads;
static int (*where_it_is)(const struct source *, uint64_t, struct extent *);

static int counted_where(const struct source *source, uint64_t offset, struct extent *extent)
{
    reads++;
    return where_it_is(source, offset, extent);
}

/* Clusters from LONG_FIRST on are one chain, on which as many entries begin as "SUB" has room for. */
enum { LONG_FIRST = 200, LONG_LAST = 4999 };

static struct fat_image make_long_chain(unsigned *entries)
{
    struct fat_image image = make(&shapes[5]);
    *entries = 0;
    for (uint32_t cluster = LONG_FIRST; cluster < LONG_LAST; cluster++) {
        fat_image_link(&image, cluster, cluster + 1);
    }
    fat_image_link(&image, LONG_LAST, FAT_IMAGE_END);
    for (const uint32_t *cluster = directory; *cluster != 0; cluster++) {
        uint8_t *p = fat_image_cluster(&image, *cluster), *end = p + image.cluster_size;
        while (p < end) {
            p = fat_image_entry(p, "ONE     BIN", *entries % 2 == 0 ? 0 : ATTRIBUTE_DIRECTORY,
                                LONG_FIRST, *entries % 2 == 0 ? 1 : 0);
            ++*entries;
        }
    }
    return image;
}

/* What each of them costs has nothing to do with how long the chain is. */
static void many_files_on_one_chain(void **state)
{
    (void)state;
    unsigned entries, found = 0;
    struct fat_image image = make_long_chain(&entries);
    struct node parent, node;
    struct dir_entry entry;
    uint64_t cursor = 0;
    uint8_t byte;
    mounted_open_good(&mounted, "one chain", image.bytes, image.size);
    assert_int_equal(path_find(&mounted.volume, "/SUB", &parent, false), 0);
    where_it_is = mounted.source.source.where;
    mounted.source.source.where = counted_where;
    reads = 0;
    for (; mounted.volume.type->next(&parent, &cursor, &entry) > 0; found++) {
        assert_int_equal(node_load(&mounted.volume, entry.id, &node), 0);
        assert_true(node.type == NODE_DIRECTORY || node_read(&node, 0, &byte, 1) == 0);
    }
    assert_int_equal(found, entries);
    assert_in_range(reads, entries, 16 * entries);
    mounted_close(&mounted);
    free(image.bytes);
}

/* As large as the volume a file can be, and not larger. */
static void file_larger_than_the_volume(void **state)
{
    (void)state;
    struct fat_image image = make(&shapes[0]);
    struct node node;
    uint8_t *p = fat_image_entry(image.root, "ALL     BIN", 0, 2, 300 * 512);
    (void)fat_image_entry(p, "MORE    BIN", 0, 2, 300 * 512 + 1);
    mounted_open_good(&mounted, "large", image.bytes, image.size);
    assert_int_equal(path_find(&mounted.volume, "/ALL.BIN", &node, false), 0);
    int error = path_find(&mounted.volume, "/MORE.BIN", &node, false);
    mounted_expect_error(&mounted, "large", error, ERR_CORRUPT,
                         "a file of 153601 bytes is larger than the file system");
    mounted_close(&mounted);
    free(image.bytes);
}

static void file_without_clusters(void **state)
{
    (void)state;
    struct fat_image image = make(&shapes[0]);
    uint8_t byte;
    (void)fat_image_entry(image.root, "NOWHERE TXT", 0, 0, 1);
    mounted_open_good(&mounted, "no clusters", image.bytes, image.size);
    int error = mounted_read(&mounted, "/NOWHERE.TXT", 0, &byte, 1);
    mounted_expect_error(&mounted, "no clusters", error, ERR_CORRUPT,
                         "begins at cluster 0, which does not exist");
    mounted_close(&mounted);
    free(image.bytes);
}

static void mutations(void **state)
{
    (void)state;
    (void)alarm(300); /* whatever hangs is ended */
    static const unsigned chosen[] = {0, 4, 8};
    for (size_t i = 0; i < 3; i++) {
        struct fat_image image = make(&shapes[chosen[i]]);
        size_t metadata = (size_t)(image.data - image.bytes) + 512;
        mounted_mutate(shapes[chosen[i]].name, image.bytes, image.size, 0, 64, 500);
        mounted_mutate(shapes[chosen[i]].name, image.bytes, image.size, 0,
                       metadata < 20000 ? metadata : 20000, 1500);
        free(image.bytes);
    }
    (void)alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),
        cmocka_unit_test(attributes),
        cmocka_unit_test(long_runs),
        cmocka_unit_test(active_fat),
        cmocka_unit_test(largest_file),
        cmocka_unit_test(wrong_boot_sectors),
        cmocka_unit_test(wrong_chains),
        cmocka_unit_test(file_without_clusters),
        cmocka_unit_test(many_files_on_one_chain),
        cmocka_unit_test(file_larger_than_the_volume),
        cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests_name("fat", tests, NULL, NULL);
}
