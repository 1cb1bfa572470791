/* SPDX-License-Identifier: BSD-2-Clause */
/* FFSv1 and FFSv2 in both byte orders: as makefs makes them, and what it cannot make. */
#include "tests/unit/ffs_image.h"
#include "tests/unit/ffs_tree.h"
#include "tests/unit/mounted.h"

static struct mounted mounted;

static const struct ffs_shape shapes[] = {
    {"v1 4K/512", 1, false, 4096, 512},
    {"v1 4K/512 big-endian", 1, true, 4096, 512},
    {"v2 4K/512", 2, false, 4096, 512},
    {"v2 4K/512 big-endian", 2, true, 4096, 512},
    {"v1 8K/8K", 1, false, 8192, 8192},
    {"v2 8K/2K", 2, true, 8192, 2048},
    {"v1 16K/2K big-endian", 1, true, 16384, 2048},
    {"v2 16K/2K", 2, false, 16384, 2048},
    {"v1 32K/8K", 1, false, 32768, 8192},
    {"v2 32K/4K", 2, false, 32768, 4096},
    {"v1 64K/8K", 1, false, 65536, 8192},
    {"v2 64K/8K big-endian", 2, true, 65536, 8192},
    {"v2 64K/64K", 2, false, 65536, 65536},
};
enum { SMALL_SHAPES = 4, SHAPE_V1_64K = 10, SHAPE_V2_64K = 11, SHAPE_V2_16K = 7 };

/* ---- the whole tree ------------------------------------------------------------------------- */

static void every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        char details[128];
        (void)snprintf(details, sizeof details, "FFSv%u, %s-endian, %u/%u-byte blocks, clean",
                       shapes[i].version, shapes[i].big_endian ? "big" : "little", shapes[i].block,
                       shapes[i].fragment);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
        assert_string_equal(mounted.volume.details, details);
        free(image.bytes);
    }
}

/* ---- indirect blocks and holes -------------------------------------------------------------- */

/* Block number `index` from the end of the volume: makefs uses the first ones. */
static uint64_t spare_block(const struct ffs_image *image, unsigned index)
{
    uint64_t fragments = image->size / image->shape.fragment;
    return fragments - (uint64_t)(index + 1) * (image->shape.block / image->shape.fragment);
}

static uint8_t *spare_bytes(const struct ffs_image *image, unsigned index)
{
    return ffs_image_fragment(image, spare_block(image, index));
}

/* A spare block of addresses, of which only number `at` is one: spare block `target`. */
static void fill_table(const struct ffs_image *image, unsigned index, size_t at, unsigned target)
{
    memset(spare_bytes(image, index), 0, image->shape.block);
    ffs_image_put_address(image, spare_bytes(image, index), at, spare_block(image, target));
}

/*
 * "file70000" becomes as large as can be, with one block of data in reach of each level:
 *
 *      direct 5 -> 0;  single -> 4 -[3]-> 1;  double -> 5 -[1]-> 6 -[2]-> 2;
 *      triple -> 7 -[1]-> 8 -[0]-> 9 -[7]-> 3
 */
static void forge_levels(const struct ffs_image *image, uint64_t per_block)
{
    uint8_t *inode = ffs_image_inode_of(image, "file70000");
    uint8_t *pointers = ffs_image_pointers(image, inode);
    memset(pointers, 0, (size_t)POINTERS * ffs_image_address_size(image));
    ffs_image_put_address(image, pointers, 5, spare_block(image, 0));
    for (unsigned i = 0; i < INDIRECT_LEVELS; i++) {
        static const unsigned tables[] = {4, 5, 7};
        ffs_image_put_address(image, pointers, DIRECT_BLOCKS + i, spare_block(image, tables[i]));
    }
    fill_table(image, 4, 3, 1);
    fill_table(image, 5, 1, 6);
    fill_table(image, 6, 2, 2);
    fill_table(image, 7, 1, 8);
    fill_table(image, 8, 0, 9);
    fill_table(image, 9, 7, 3);
    for (unsigned i = 0; i < 4; i++) {
        memset(spare_bytes(image, i), 'A' + (int)i, image->shape.block);
    }
    uint64_t blocks =
        DIRECT_BLOCKS + per_block + per_block * per_block + per_block * per_block * per_block;
    ffs_image_put_size(image, inode, blocks * image->shape.block);
}

/* The block is full of `c`, and between zeros. */
static void expect_island(const char *name, uint64_t block, char c)
{
    char expected[4096 + 2] = {0};
    memset(expected + 1, c, 4096);
    mounted_expect(&mounted, name, "/file70000", block * 4096 - 1, expected, sizeof expected);
}

static void expect_extent(struct node *node, uint64_t offset, int kind, uint64_t length)
{
    struct extent extent;
    assert_int_equal(node_where(node, offset, &extent), 0);
    assert_int_equal(extent.kind, kind);
    assert_int_equal(extent.length, length);
}

static void levels_and_holes(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMALL_SHAPES; i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        uint64_t per_block = 4096 / ffs_image_address_size(&image);
        uint64_t double_first = DIRECT_BLOCKS + per_block;
        uint64_t triple_first = double_first + per_block * per_block;
        uint64_t triple_data = triple_first + per_block * per_block + 7;
        struct node node;
        forge_levels(&image, per_block);
        mounted_open_good(&mounted, shapes[i].name, image.bytes, image.size);
        expect_island(shapes[i].name, 5, 'A');
        expect_island(shapes[i].name, DIRECT_BLOCKS + 3, 'B');
        expect_island(shapes[i].name, double_first + per_block + 2, 'C');
        expect_island(shapes[i].name, triple_data, 'D');
        assert_int_equal(path_find(&mounted.volume, "/file70000", &node, false), 0);
        expect_extent(&node, 0, EXTENT_ZERO, UINT64_C(5) * 4096);
        expect_extent(&node, triple_first * 4096 + 1, EXTENT_ZERO,
                      per_block * per_block * 4096 - 1);
        expect_extent(&node, triple_data * 4096, EXTENT_BELOW, 4096);
        expect_extent(&node, node.size - 1, EXTENT_ZERO, 1);
        mounted_close(&mounted);
        free(image.bytes);
    }
}

/* Blocks that follow each other are one extent as long as one table tells of them. */
static void long_runs(void **state)
{
    (void)state;
    struct ffs_image image = ffs_image_make(&shapes[SHAPE_V2_16K]);
    struct node node;
    struct extent extent;
    mounted_open_good(&mounted, "runs", image.bytes, image.size);
    assert_int_equal(path_find(&mounted.volume, "/file1000000", &node, false), 0);
    uint64_t count = 0;
    for (uint64_t offset = 0; offset < node.size; offset += extent.length, count++) {
        assert_int_equal(node_where(&node, offset, &extent), 0);
    }
    assert_int_equal(count, 2); /* the direct blocks, and those of one indirect block */
    mounted_close(&mounted);
    free(image.bytes);
}

/* ---- superblocks ---------------------------------------------------------------------------- */

/* Puts the superblock elsewhere, under another label. */
static void move_super(struct ffs_image *image, size_t place)
{
    memmove(image->bytes + place, image->super, SUPER_SIZE);
    memset(image->super, 0, SUPER_SIZE);
    memcpy(image->bytes + place + FS_VOLNAME, "moved", 5);
    ffs_image_put(image, image->bytes + place + FS_SBLOCKLOC, 8, place);
}

static void superblock_places(void **state)
{
    (void)state;
    static const uint32_t places[] = {SUPER_PLACE_V2, SUPER_PLACE_FLOPPY, SUPER_PLACE_PIGGY};
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        for (size_t k = 0; k < ELEMENTS(places); k++) {
            struct ffs_image image = ffs_image_make(&shapes[i]);
            move_super(&image, places[k]);
            mounted_open_good(&mounted, shapes[i].name, image.bytes, image.size);
            assert_string_equal(mounted.volume.label, "moved");
            assert_int_equal(mounted.line_count, 0);
            mounted_close(&mounted);
            free(image.bytes);
        }
    }
}

/* With 64 KiB blocks, 64 KiB is where the first copy lies: it is not taken for the primary one. */
static void copy_at_64k(void **state)
{
    (void)state;
    static const unsigned chosen[] = {SHAPE_V1_64K, SHAPE_V1_64K, SHAPE_V2_64K};
    for (unsigned i = 0; i < 3; i++) {
        struct ffs_image image = ffs_image_make(&shapes[chosen[i]]);
        uint8_t *copy = ffs_image_copy(&image, 0);
        assert_ptr_equal(copy, image.bytes + SUPER_PLACE_V2);
        ffs_image_put(&image, image.super + FS_ID, 4, 1);
        ffs_image_put(&image, copy + FS_ID, 4, 2);
        if (i == 0) { /* once as an old one, which does not say where it lies */
            image.super[FS_OLD_FLAGS] = copy[FS_OLD_FLAGS] = 0;
        }
        assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
        assert_memory_equal(mounted.volume.uuid, "00000001", 8);
        free(image.bytes);
    }
}

static void damaged_primary(void **state)
{
    (void)state;
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        ffs_image_put(&image, image.super + FS_BSIZE, 4, 5000);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 1);
        assert_non_null(strstr(mounted.lines, "superblock is damaged: its copy at byte"));
        memset(image.super, 0, SUPER_SIZE);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 1);
        assert_non_null(strstr(mounted.lines, "superblock is damaged: its copy at byte"));
        free(image.bytes);
    }
}

/* Neither the superblock nor its first copy can be: they still lead to the second group's. */
static void damaged_first_copy(void **state)
{
    (void)state;
    for (size_t i = 0; i < SMALL_SHAPES; i++) {
        for (unsigned gone = 0; gone < 3; gone++) {
            struct ffs_image image = ffs_image_make(&shapes[i]);
            ffs_image_put(&image, image.super + FS_BSIZE, 4, 5000);
            ffs_image_put(&image, ffs_image_copy(&image, 0) + FS_NCG, 4, 0);
            if (gone > 0) { /* altogether, one of them */
                memset(gone == 1 ? image.super : ffs_image_copy(&image, 0), 0, SUPER_SIZE);
            }
            assert_int_equal(ffs_tree_expect(&mounted, &image), 1);
            assert_non_null(strstr(mounted.lines, "(cylinder group 1) is used instead"));
            free(image.bytes);
        }
    }
}

/*
 * Where a copy says that it lies elsewhere, as on a disk of which this is only a part, it means
 * something else.
 */
static void misplaced_copy(void **state)
{
    (void)state;
    struct ffs_image image = ffs_image_make(&shapes[0]);
    memcpy(image.bytes + 32768, ffs_image_copy(&image, 0), SUPER_SIZE);
    memset(ffs_image_copy(&image, 0), 0, SUPER_SIZE);
    memset(image.super, 0, SUPER_SIZE);
    mounted_open(&mounted, image.bytes, image.size);
    assert_int_equal(mounted.error, ERR_UNKNOWN);
    assert_int_equal(mounted.line_count, 0);
    mounted_close(&mounted);
    free(image.bytes);
}

/*
 * A copy that a former file system left behind is nothing against the one that is there: here, a
 * FAT16.
 */
static void leftover_copy(void **state)
{
    (void)state;
    static const uint8_t boot[] = {0xEB, 0x3C, 0x90, 'm',  'k',  'f',  's', '.',
                                   'f',  'a',  't',  0,    2,    4,    1,   0,
                                   2,    0x00, 0x02, 0x00, 0x80, 0xF8, 32,  0};
    struct ffs_image image = ffs_image_make(&shapes[0]);
    memset(image.super, 0, SUPER_SIZE);
    memset(image.bytes, 0, 512);
    memcpy(image.bytes, boot, sizeof boot);
    put_le16(image.bytes + 510, 0xAA55);
    mounted_open_good(&mounted, "leftover", image.bytes, image.size);
    assert_string_equal(mounted.volume.type->name, "fat");
    assert_int_equal(mounted.line_count, 0);
    mounted_close(&mounted);
    free(image.bytes);
}

static void extended_attributes(void **state)
{
    (void)state;
    for (size_t i = 2; i < SMALL_SHAPES; i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        ffs_image_put(&image, image.super + FS_MAGIC, 4, MAGIC_V2_EA);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
        free(image.bytes);
    }
}

/* ---- Apple's -------------------------------------------------------------------------------- */

static uint8_t *many_block(const struct ffs_image *image, size_t offset)
{
    const uint8_t *pointers =
        ffs_image_pointers(image, ffs_image_inode_of(image, "many")) + offset / 4096 * 4;
    return ffs_image_fragment(image, ffs_image_get32(image, pointers)) + offset % 4096;
}

/* Packs each two of the directory's blocks into one of 1024 bytes: an entry crosses byte 512. */
static void widen_directory(const struct ffs_image *image)
{
    const uint8_t *inode = ffs_image_inode_of(image, "many");
    size_t size = ffs_image_get32(image, inode + DI1_SIZE + 4);
    for (size_t start = 0; start + 1024 <= size; start += 1024) {
        uint8_t packed[1024] = {0};
        uint8_t *block = many_block(image, start);
        size_t used = 0, last = 0;
        for (size_t at = 0; at < 1024; at += be16(block + at + D_RECORD)) {
            size_t length = (D_NAME + block[at + D_NAME_LENGTH] + 4U) & ~3U;
            last = used;
            memcpy(packed + used, block + at, length);
            ffs_image_put(image, packed + used + D_RECORD, 2, length);
            used += length;
        }
        ffs_image_put(image, packed + last + D_RECORD, 2, 1024 - last);
        memcpy(block, packed, sizeof packed);
    }
}

static void put_apple_label(const struct ffs_image *image, const char *name)
{
    uint8_t *label = image->bytes + APPLE_LABEL;
    uint32_t sum = 0;
    ffs_image_put(image, label, 4, APPLE_MAGIC);
    ffs_image_put(image, label + APPLE_NAME_LENGTH, 2, strlen(name));
    memcpy(label + APPLE_NAME, name, strlen(name));
    for (size_t i = 0; i < APPLE_LABEL_SIZE; i += 2) {
        sum += be16(label + i);
    }
    sum = (sum >> 16) + (sum & 0xFFFF);
    ffs_image_put(image, label + 4, 2, (uint16_t) ~((sum >> 16) + sum));
}

static void apple_ufs(void **state)
{
    (void)state;
    struct ffs_image image = ffs_image_make(&shapes[1]);
    widen_directory(&image);
    mounted_open_good(&mounted, "without a label", image.bytes, image.size);
    struct node node;
    assert_int_equal(path_find(&mounted.volume, "/many/0299", &node, false), ERR_CORRUPT);
    mounted_close(&mounted);
    put_apple_label(&image, "Macintosh UFS");
    assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
    assert_string_equal(mounted.volume.label, "Macintosh UFS");
    free(image.bytes);
}

/* ---- old formats ---------------------------------------------------------------------------- */

/* 4.2BSD, which knows FFSv1 only, has two bytes of length in place of type and length. */
static void age_directory(const struct ffs_image *image, uint32_t number)
{
    uint8_t *inode = ffs_image_inode(image, number);
    size_t size = ffs_image_get32(image, inode + DI1_SIZE + (image->shape.big_endian ? 4 : 0));
    for (size_t offset = 0; offset < size;) {
        const uint8_t *pointer = inode + DI1_POINTERS + offset / 4096 * 4;
        uint8_t *p = ffs_image_fragment(image, ffs_image_get32(image, pointer)) + offset % 4096;
        offset += image->shape.big_endian ? be16(p + D_RECORD) : le16(p + D_RECORD);
        ffs_image_put(image, p + D_TYPE, 2, p[D_NAME_LENGTH]);
    }
}

/* Before 4.4BSD: no types in directories, no length of short links, no 64-bit superblock fields. */
static void before_44bsd(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        uint32_t many =
            ffs_image_get32(&image, ffs_image_entry(&image, ROOT_INODE, "many") + D_INODE);
        age_directory(&image, ROOT_INODE);
        age_directory(&image, many);
        image.super[FS_OLD_FLAGS] = 0;
        ffs_image_put(&image, image.super + FS_MAXSYMLINKLEN, 4, 0);
        ffs_image_put(&image, image.super + FS_SIZE, 8, UINT64_MAX);
        ffs_image_put(&image, image.super + FS_SBLOCKLOC, 8, UINT64_MAX);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
        free(image.bytes);
    }
}

/*
 * Moves the inodes of the second group, to its end: in old layouts each group begins on another
 * platter.
 */
static void group_offsets(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        uint32_t per_group = ffs_image_get32(&image, image.super + FS_IPG);
        size_t size = (size_t)per_group * INODE_SIZE_V1;
        uint8_t *inodes = ffs_image_inode(&image, per_group);
        uint8_t *moved = image.bytes + image.size - (size + 4095) / 4096 * 4096;
        assert_int_equal(ffs_image_get32(&image, image.super + FS_NCG), 2);
        memcpy(moved, inodes, size);
        memset(inodes, 0xFF, size);
        ffs_image_put(&image, image.super + FS_OLD_CGOFFSET, 4, (uint64_t)(moved - inodes) / 512);
        ffs_image_put(&image, image.super + FS_OLD_CGMASK, 4, 0xFFFFFFFE);
        assert_int_equal(ffs_tree_expect(&mounted, &image), 0);
        free(image.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape),         cmocka_unit_test(levels_and_holes),
        cmocka_unit_test(long_runs),           cmocka_unit_test(superblock_places),
        cmocka_unit_test(copy_at_64k),         cmocka_unit_test(damaged_primary),
        cmocka_unit_test(damaged_first_copy),  cmocka_unit_test(apple_ufs),
        cmocka_unit_test(misplaced_copy),      cmocka_unit_test(leftover_copy),
        cmocka_unit_test(extended_attributes), cmocka_unit_test(before_44bsd),
        cmocka_unit_test(group_offsets),
    };
    return cmocka_run_group_tests_name("ffs", tests, ffs_image_setup, ffs_image_teardown);
}
