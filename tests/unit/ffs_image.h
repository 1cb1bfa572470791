/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For tests: FFS volumes that makefs makes of a small tree, and ways to change what it cannot make.
 */
#pragma once

#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/ffs/disk.h"
#include "lib/bytes.h"
#include "tests/unit/mounted.h"

struct ffs_shape {
    const char *name;
    unsigned version;
    bool big_endian;
    unsigned block, fragment; /* bytes */
};

struct ffs_image {
    struct ffs_shape shape;
    uint8_t *bytes;
    size_t size;
    uint8_t *super; /* the one that makefs wrote */
};

enum { FFS_IMAGE_SUPER = 8192, FFS_IMAGE_FILES = 300 };

/* ---- numbers in the image's byte order ------------------------------------------------------ */

static inline uint32_t ffs_image_get32(const struct ffs_image *image, const uint8_t *p)
{
    return image->shape.big_endian ? be32(p) : le32(p);
}

/* `length` bytes: 2, 4 or 8. */
static inline void ffs_image_put(const struct ffs_image *image, uint8_t *p, unsigned length,
                                 uint64_t value)
{
    for (unsigned i = 0; i < length; i++) {
        unsigned shift = 8 * (image->shape.big_endian ? length - 1 - i : i);
        p[i] = (uint8_t)(value >> shift);
    }
}

/* ---- places --------------------------------------------------------------------------------- */

static inline uint8_t *ffs_image_fragment(const struct ffs_image *image, uint64_t address)
{
    return image->bytes + address * image->shape.fragment;
}

static inline unsigned ffs_image_address_size(const struct ffs_image *image)
{
    return image->shape.version == 2 ? 8 : 4;
}

/* The superblock's copy in a group. */
static inline uint8_t *ffs_image_copy(const struct ffs_image *image, uint32_t group)
{
    uint64_t start = (uint64_t)group * ffs_image_get32(image, image->super + FS_FPG);
    return ffs_image_fragment(image, start + ffs_image_get32(image, image->super + FS_SBLKNO));
}

/* Inode `number`, as if no layout ever moved a group's start. */
static inline uint8_t *ffs_image_inode(const struct ffs_image *image, uint32_t number)
{
    uint32_t per_group = ffs_image_get32(image, image->super + FS_IPG);
    uint64_t group = (uint64_t)(number / per_group) * ffs_image_get32(image, image->super + FS_FPG);
    uint32_t size = image->shape.version == 2 ? INODE_SIZE_V2 : INODE_SIZE_V1;
    return ffs_image_fragment(image, group + ffs_image_get32(image, image->super + FS_IBLKNO)) +
           (size_t)(number % per_group) * size;
}

static inline uint8_t *ffs_image_pointers(const struct ffs_image *image, uint8_t *inode)
{
    return inode + (image->shape.version == 2 ? DI2_POINTERS : DI1_POINTERS);
}

/* The address at `index` of a table of them. */
static inline void ffs_image_put_address(const struct ffs_image *image, uint8_t *table,
                                         size_t index, uint64_t address)
{
    unsigned size = ffs_image_address_size(image);
    ffs_image_put(image, table + index * size, size, address);
}

static inline void ffs_image_put_size(const struct ffs_image *image, uint8_t *inode, uint64_t size)
{
    ffs_image_put(image, inode + (image->shape.version == 2 ? DI2_SIZE : DI1_SIZE), 8, size);
}

/* The directory entry of `name` in the first block of directory `number`. */
static inline uint8_t *ffs_image_entry(const struct ffs_image *image, uint32_t number,
                                       const char *name)
{
    uint8_t *pointers = ffs_image_pointers(image, ffs_image_inode(image, number));
    bool wide_big = image->shape.version == 2 && image->shape.big_endian;
    uint8_t *p = ffs_image_fragment(image, ffs_image_get32(image, pointers + (wide_big ? 4 : 0)));
    for (uint8_t *end = p + 4096; p < end;
         p += image->shape.big_endian ? be16(p + D_RECORD) : le16(p + D_RECORD)) {
        if (p[D_NAME_LENGTH] == strlen(name) && memcmp(p + D_NAME, name, strlen(name)) == 0) {
            return p;
        }
    }
    fail_msg("%s is not in the image", name);
    return NULL;
}

static inline uint8_t *ffs_image_inode_of(const struct ffs_image *image, const char *name)
{
    const uint8_t *entry = ffs_image_entry(image, ROOT_INODE, name);
    return ffs_image_inode(image, ffs_image_get32(image, entry + D_INODE));
}

/* ---- the tree ------------------------------------------------------------------------------- */

static inline uint8_t ffs_image_byte(size_t i)
{
    return (uint8_t)(i * 7 + i / 256 + i / 65536);
}

static inline void ffs_image_write(const char *path, size_t length)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < length; i++) {
        (void)fputc(ffs_image_byte(i), file);
    }
    assert_int_equal(fclose(file), 0);
}

static const unsigned ffs_image_lengths[] = {0,    1,     511,   512,   4096,
                                             4097, 49152, 49153, 70000, 1000000};
static const unsigned ffs_image_links[] = {1, 58, 59, 60, 61, 118, 119, 120, 121, 1000};

#define ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

/* A symbolic link's text of `length` characters. */
static inline void ffs_image_link_text(char *text, unsigned length)
{
    memset(text, 'x', length);
    text[length - 1] = 'y';
    text[length] = '\0';
}

static inline void ffs_image_tree(const char *folder)
{
    char path[256], text[1001];
    assert_int_equal(mkdir(folder, 0755), 0);
    for (size_t i = 0; i < ELEMENTS(ffs_image_lengths); i++) {
        (void)snprintf(path, sizeof path, "%s/file%u", folder, ffs_image_lengths[i]);
        ffs_image_write(path, ffs_image_lengths[i]);
    }
    for (size_t i = 0; i < ELEMENTS(ffs_image_links); i++) {
        (void)snprintf(path, sizeof path, "%s/link%u", folder, ffs_image_links[i]);
        ffs_image_link_text(text, ffs_image_links[i]);
        assert_int_equal(symlink(text, path), 0);
    }
    (void)snprintf(path, sizeof path, "%s/short", folder);
    assert_int_equal(symlink("many/0299", path), 0);
    (void)snprintf(path, sizeof path, "%s/many", folder);
    assert_int_equal(mkdir(path, 0755), 0);
    for (unsigned i = 0; i < FFS_IMAGE_FILES; i++) {
        (void)snprintf(path, sizeof path, "%s/many/%04u", folder, i);
        ffs_image_write(path, 4);
    }
}

/* ---- making one ----------------------------------------------------------------------------- */

static inline bool ffs_image_have_makefs(void)
{
    return system("command -v makefs >/dev/null") == 0;
}

static char ffs_image_folder[] = "/tmp/test_ffs.XXXXXX";

/* Before all tests: makes the tree that all volumes hold. */
static inline int ffs_image_setup(void **state)
{
    char tree[64];
    (void)state;
    if (!ffs_image_have_makefs() || mkdtemp(ffs_image_folder) == NULL) {
        return -1;
    }
    (void)snprintf(tree, sizeof tree, "%s/tree", ffs_image_folder);
    ffs_image_tree(tree);
    return 0;
}

static inline int ffs_image_remove(const char *path, const struct stat *status, int flag,
                                   struct FTW *place)
{
    (void)status;
    (void)flag;
    (void)place;
    return remove(path);
}

/* After all tests. */
static inline int ffs_image_teardown(void **state)
{
    (void)state;
    return nftw(ffs_image_folder, ffs_image_remove, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void ffs_image_load(struct ffs_image *image, const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    image->size = (size_t)ftell(file);
    image->bytes = malloc(image->size);
    rewind(file);
    assert_int_equal(fread(image->bytes, 1, image->size, file), image->size);
    assert_int_equal(fclose(file), 0);
    image->super = image->bytes + FFS_IMAGE_SUPER;
}

static inline void ffs_image_run_makefs(struct ffs_image *image, const struct ffs_shape *shape)
{
    const char *folder = ffs_image_folder;
    char path[128], command[512];
    (void)snprintf(path, sizeof path, "%s/image", folder);
    (void)snprintf(
        command, sizeof command,
        "makefs -t ffs -s %um -B %s -o version=%u,bsize=%u,fsize=%u %s %s/tree >%s/log 2>&1",
        shape->fragment > 16384 ? 64 : 16, shape->big_endian ? "be" : "le", shape->version,
        shape->block, shape->fragment, path, folder, folder);
    if (system(command) != 0) {
        fail_msg("%s: %s", shape->name, command);
    }
    ffs_image_load(image, path);
    image->shape = *shape;
}

/*
 * A volume of 16 or 64 MiB, more than what the tree takes; with small blocks it has two groups. Its
 * bytes are the caller's to free. The latest one is kept: most tests want the same many times.
 */
static inline struct ffs_image ffs_image_make(const struct ffs_shape *shape)
{
    static struct ffs_image latest;
    if (latest.bytes == NULL || strcmp(latest.shape.name, shape->name) != 0) {
        free(latest.bytes);
        ffs_image_run_makefs(&latest, shape);
    }
    struct ffs_image image = latest;
    image.bytes = malloc(image.size);
    memcpy(image.bytes, latest.bytes, image.size);
    image.super = image.bytes + FFS_IMAGE_SUPER;
    return image;
}
