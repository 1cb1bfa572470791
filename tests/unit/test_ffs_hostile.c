/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FFS with fields that cannot be: each is named, and nothing crashes, hangs or reads something
 * else.
 */
#include <sys/stat.h>

#include "tests/unit/ffs_image.h"
#include "tests/unit/mounted.h"

static struct mounted mounted;

static const struct ffs_shape shapes[] = {
    {"v1 4K/512 big-endian", 1, true, 4096, 512},
    {"v2 4K/512", 2, false, 4096, 512},
};

/* ---- superblocks ---------------------------------------------------------------------------- */

static void wrong_superblocks(void **state)
{
    (void)state;
    static const struct {
        unsigned offset, length;
        uint64_t value;
        const char *words;
    } table[] = {
        {FS_BSIZE, 4, 0, "(hd0,1): FFS superblock: block size (fs_bsize) cannot be right"},
        {FS_BSIZE, 4, 2048, "fs_bsize"},
        {FS_BSIZE, 4, 5000, "fs_bsize"},
        {FS_BSIZE, 4, 131072, "fs_bsize"},
        {FS_BSIZE, 4, UINT32_MAX, "fs_bsize"},
        {FS_FSIZE, 4, 0, "fs_fsize"},
        {FS_FSIZE, 4, 256, "fs_fsize"},
        {FS_FSIZE, 4, 8192, "fs_fsize"},
        {FS_FRAG, 4, 0, "fs_frag"},
        {FS_FRAG, 4, 4, "fs_frag"},
        {FS_SIZE, 8, 0, "fs_size"},
        {FS_SIZE, 8, 1 << 20, "fs_size"},
        {FS_SIZE, 8, UINT64_MAX, "fs_size"},
        {FS_IPG, 4, 0, "fs_ipg"},
        {FS_FPG, 4, 0, "fs_fpg"},
        {FS_NCG, 4, 0, "fs_ncg"},
        {FS_NCG, 4, 1000, "fs_ncg"},
        {FS_NCG, 4, UINT32_MAX, "fs_ncg"},
        {FS_IBLKNO, 4, UINT32_MAX, "fs_iblkno"},
        {FS_IPG, 4, UINT32_MAX, "fs_iblkno"},
        {FS_SBLKNO, 4, UINT32_MAX, "fs_sblkno"},
        {FS_DBLKNO, 4, 0, "fs_dblkno"},
        {FS_DBLKNO, 4, UINT32_MAX, "fs_dblkno"},
        {FS_MAXSYMLINKLEN, 4, 121, "fs_maxsymlinklen"},
        {FS_MAXSYMLINKLEN, 4, 1 << 30, "fs_maxsymlinklen"},
    };
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        uint8_t good[SUPER_SIZE];
        memcpy(good, image.super, sizeof good);
        assert_int_equal(ffs_image_get32(&image, image.super + FS_NCG), 2);
        memset(ffs_image_copy(&image, 1), 0, SUPER_SIZE);
        memset(ffs_image_copy(&image, 0), 0, SUPER_SIZE);
        for (size_t k = 0; k < ELEMENTS(table); k++) {
            ffs_image_put(&image, image.super + table[k].offset, table[k].length, table[k].value);
            mounted_open(&mounted, image.bytes, image.size);
            mounted_expect_error(&mounted, table[k].words, mounted.error, ERR_CORRUPT,
                                 table[k].words);
            mounted_close(&mounted);
            memcpy(image.super, good, sizeof good);
        }
        free(image.bytes);
    }
}

static void short_volumes(void **state)
{
    (void)state;
    struct ffs_image image = ffs_image_make(&shapes[1]);
    static const size_t sizes[] = {0, 1, 512, 8192, 9567, 9568, 65536, 100000};
    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        mounted_open(&mounted, image.bytes, sizes[i]);
        assert_int_equal(mounted.error, sizes[i] < 9568 ? ERR_UNKNOWN : ERR_CORRUPT);
        mounted_close(&mounted);
    }
    free(image.bytes);
}

/* ---- inodes and directories ----------------------------------------------------------------- */

static void put_address(const struct ffs_image *image, const char *name, size_t index,
                        uint64_t address)
{
    uint8_t *pointers = ffs_image_pointers(image, ffs_image_inode_of(image, name));
    ffs_image_put_address(image, pointers, index, address);
}

static void direct_outside(const struct ffs_image *image)
{
    put_address(image, "file70000", 1, image->size / 512);
}

static void direct_at_the_edge(const struct ffs_image *image)
{
    put_address(image, "file70000", 1, image->size / 512 - 7);
}

static void direct_negative(const struct ffs_image *image)
{
    put_address(image, "file70000", 1, UINT64_MAX);
}

static void direct_near_overflow(const struct ffs_image *image)
{
    put_address(image, "file70000", 1, UINT64_MAX / 512);
}

static void indirect_outside(const struct ffs_image *image)
{
    put_address(image, "file70000", DIRECT_BLOCKS, image->size / 512 - 7);
}

static void direct_in_inodes(const struct ffs_image *image)
{
    uint64_t inodes = ffs_image_get32(image, image->super + FS_IBLKNO);
    put_address(image, "file70000", 1, inodes + 8);
}

static void direct_in_boot_area(const struct ffs_image *image)
{
    put_address(image, "file70000", 1, 1); /* as a snapshot's blocks that were not copied */
}

/* The last fragment before the second group's copy of the superblock, of a block of 8. */
static void direct_into_copy(const struct ffs_image *image)
{
    uint64_t copy = (uint64_t)(ffs_image_copy(image, 1) - image->bytes) / 512;
    put_address(image, "file70000", 1, copy - 1);
}

static void indirect_in_inodes(const struct ffs_image *image)
{
    uint64_t inodes = ffs_image_get32(image, image->super + FS_IBLKNO);
    put_address(image, "file70000", DIRECT_BLOCKS, inodes);
}

static void double_outside(const struct ffs_image *image)
{
    ffs_image_put_size(image, ffs_image_inode_of(image, "file70000"), 70000 + (1 << 23));
    put_address(image, "file70000", DIRECT_BLOCKS + 1, UINT64_MAX - 1);
}

static void too_large(const struct ffs_image *image)
{
    ffs_image_put_size(image, ffs_image_inode_of(image, "file70000"), UINT64_C(1) << 62);
}

static void negative_size(const struct ffs_image *image)
{
    ffs_image_put_size(image, ffs_image_inode_of(image, "file70000"), UINT64_C(1) << 63);
}

static void not_in_use(const struct ffs_image *image)
{
    ffs_image_put(image, ffs_image_inode_of(image, "file70000") + DI_MODE, 2, 0);
}

static void no_such_inode(const struct ffs_image *image)
{
    ffs_image_put(image, ffs_image_entry(image, ROOT_INODE, "file70000") + D_INODE, 4, UINT32_MAX);
}

static void inode_one(const struct ffs_image *image)
{
    ffs_image_put(image, ffs_image_entry(image, ROOT_INODE, "file70000") + D_INODE, 4, 1);
}

static void put_record(const struct ffs_image *image, uint16_t length)
{
    ffs_image_put(image, ffs_image_entry(image, ROOT_INODE, "file70000") + D_RECORD, 2, length);
}

static void record_zero(const struct ffs_image *image)
{
    put_record(image, 0);
}

static void record_odd(const struct ffs_image *image)
{
    put_record(image, 18);
}

static void record_too_long(const struct ffs_image *image)
{
    put_record(image, 512);
}

static void record_shorter_than_name(const struct ffs_image *image)
{
    put_record(image, 12);
}

static void directory_cut(const struct ffs_image *image)
{
    ffs_image_put_size(image, ffs_image_inode(image, ROOT_INODE), 28);
}

static void directory_of_holes(const struct ffs_image *image)
{
    uint8_t *inode = ffs_image_inode(image, ROOT_INODE);
    memset(ffs_image_pointers(image, inode), 0, (size_t)POINTERS * ffs_image_address_size(image));
    ffs_image_put_size(image, inode, 8192);
}

static void directory_too_large(const struct ffs_image *image)
{
    ffs_image_put_size(image, ffs_image_inode(image, ROOT_INODE), UINT64_C(1) << 40);
}

static void root_is_a_file(const struct ffs_image *image)
{
    ffs_image_put(image, ffs_image_inode(image, ROOT_INODE) + DI_MODE, 2, S_IFREG);
}

static void wrong_inodes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*damage)(const struct ffs_image *);
        uint64_t offset;
        int error;
        const char *words;
    } table[] = {
        {"direct outside", direct_outside, 5000, ERR_CORRUPT,
         "a block of it lies outside the file system"},
        {"direct at the edge", direct_at_the_edge, 5000, ERR_CORRUPT, "a block of it lies outside"},
        {"direct negative", direct_negative, 5000, ERR_CORRUPT, "a block of it lies outside"},
        {"direct near overflow", direct_near_overflow, 5000, ERR_CORRUPT,
         "a block of it lies outside"},
        {"indirect outside", indirect_outside, 65000, ERR_CORRUPT,
         "an indirect block of it lies outside"},
        {"direct in inodes", direct_in_inodes, 5000, ERR_CORRUPT,
         "a block of it lies where inodes or superblocks are"},
        {"direct in boot area", direct_in_boot_area, 5000, ERR_CORRUPT, "a block of it lies where"},
        {"direct into copy", direct_into_copy, 5000, ERR_CORRUPT, "a block of it lies where"},
        {"indirect in inodes", indirect_in_inodes, 65000, ERR_CORRUPT,
         "an indirect block of it lies where"},
        {"double outside", double_outside, 70000 + (1 << 23) - 1, ERR_CORRUPT,
         "an indirect block of it lies outside"},
        {"too large", too_large, UINT64_C(1) << 60, ERR_CORRUPT,
         "larger than its block addresses can say"},
        {"negative size", negative_size, 0, ERR_CORRUPT, "its size cannot be right"},
        {"not in use", not_in_use, 0, ERR_CORRUPT, "not in use"},
        {"no such inode", no_such_inode, 0, ERR_CORRUPT, "FFS inode 4294967295: there is no inode"},
        {"inode 1", inode_one, 0, ERR_CORRUPT, "there is no inode of this number"},
        {"record of 0", record_zero, 0, ERR_CORRUPT, "FFS directory 2 is damaged"},
        {"odd record", record_odd, 0, ERR_CORRUPT, "FFS directory 2 is damaged"},
        {"long record", record_too_long, 0, ERR_CORRUPT, "FFS directory 2 is damaged"},
        {"short record", record_shorter_than_name, 0, ERR_CORRUPT, "FFS directory 2 is damaged"},
        {"directory cut", directory_cut, 0, ERR_CORRUPT, "FFS directory 2 is damaged at byte 24"},
        {"directory of holes", directory_of_holes, 0, ERR_CORRUPT,
         "directory 2 has a hole at byte 0"},
        {"directory too large", directory_too_large, 0, ERR_CORRUPT,
         "directory 2 of 1099511627776 bytes is larger than its file system"},
        {"root is a file", root_is_a_file, 0, ERR_WRONG_TYPE, "no directory"},
    };
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        for (size_t k = 0; k < ELEMENTS(table); k++) {
            struct ffs_image image = ffs_image_make(&shapes[i]);
            uint8_t byte;
            table[k].damage(&image);
            mounted_open_good(&mounted, table[k].name, image.bytes, image.size);
            int error = mounted_read(&mounted, "/file70000", table[k].offset, &byte, 1);
            mounted_expect_error(&mounted, table[k].name, error, table[k].error, table[k].words);
            mounted_close(&mounted);
            free(image.bytes);
        }
    }
}

static void wrong_links(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {0, LINK_SIZE, UINT64_MAX >> 1};
    for (size_t i = 0; i < ELEMENTS(sizes); i++) {
        struct ffs_image image = ffs_image_make(&shapes[0]);
        struct node node;
        ffs_image_put_size(&image, ffs_image_inode_of(&image, "short"), sizes[i]);
        mounted_open_good(&mounted, "link", image.bytes, image.size);
        int error = path_find(&mounted.volume, "/short", &node, false);
        mounted_expect_error(&mounted, "link", error, ERR_CORRUPT,
                             "a symbolic link of a length that cannot be");
        mounted_close(&mounted);
        free(image.bytes);
    }
}

/* ---- anything ------------------------------------------------------------------------------- */

static void mutations(void **state)
{
    (void)state;
    (void)alarm(300); /* whatever hangs is ended */
    for (size_t i = 0; i < ELEMENTS(shapes); i++) {
        struct ffs_image image = ffs_image_make(&shapes[i]);
        const char *name = shapes[i].name;
        size_t inodes = (size_t)(ffs_image_inode(&image, 0) - image.bytes);
        size_t root = (size_t)(ffs_image_entry(&image, ROOT_INODE, "..") - image.bytes);
        mounted_mutate(name, image.bytes, image.size, FFS_IMAGE_SUPER, 220, 700);
        mounted_mutate(name, image.bytes, image.size, FFS_IMAGE_SUPER + 1000, SUPER_SIZE - 1000,
                       300);
        mounted_mutate(name, image.bytes, image.size, inodes, 8192, 1000);
        mounted_mutate(name, image.bytes, image.size, root, 1024, 700);
        free(image.bytes);
    }
    (void)alarm(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrong_superblocks), cmocka_unit_test(short_volumes),
        cmocka_unit_test(wrong_inodes),      cmocka_unit_test(wrong_links),
        cmocka_unit_test(mutations),
    };
    return cmocka_run_group_tests_name("ffs_hostile", tests, ffs_image_setup, ffs_image_teardown);
}
