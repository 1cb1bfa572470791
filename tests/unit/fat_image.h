/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a small FAT volume, made field by field. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fs/fat/disk.h"
#include "lib/bytes.h"

struct fat_shape {
    const char *name;
    unsigned bits, sector, sectors_per_cluster, fats, clusters;
};

struct fat_image {
    struct fat_shape shape;
    uint8_t *bytes;
    size_t size;
    uint8_t *table, *root; /* the first FAT; the root directory of FAT12 and FAT16, or cluster 2 */
    size_t table_size, cluster_size;
    uint8_t *data; /* cluster 2 */
};

enum { FAT_IMAGE_ROOT_ENTRIES = 128, FAT_IMAGE_RESERVED = 8, FAT_IMAGE_END = 0x0FFFFFFF };

static inline void fat_image_boot_sector(const struct fat_image *image)
{
    const struct fat_shape *shape = &image->shape;
    uint8_t *boot = image->bytes;
    size_t table_sectors = image->table_size / shape->sector;
    bool wide = shape->bits == 32;
    boot[B_JUMP] = 0xEB;
    put_le16(boot + B_BYTES_PER_SECTOR, (uint16_t)shape->sector);
    boot[B_SECTORS_PER_CLUSTER] = (uint8_t)shape->sectors_per_cluster;
    put_le16(boot + B_RESERVED_SECTORS, FAT_IMAGE_RESERVED);
    boot[B_FATS] = (uint8_t)shape->fats;
    put_le16(boot + B_ROOT_ENTRIES, wide ? 0 : FAT_IMAGE_ROOT_ENTRIES);
    put_le32(boot + B_SECTORS_32, (uint32_t)(image->size / shape->sector));
    boot[B_MEDIA] = 0xF8;
    put_le16(boot + B_FAT_SIZE_16, wide ? 0 : (uint16_t)table_sectors);
    if (wide) {
        put_le32(boot + B32_FAT_SIZE, (uint32_t)table_sectors);
        put_le32(boot + B32_ROOT_CLUSTER, 2);
    }
    boot[wide ? B32_EXTENDED_MARK : B16_EXTENDED_MARK] = 0x29;
    put_le32(boot + (wide ? B32_SERIAL : B16_SERIAL), 0x1234ABCD);
    memcpy(boot + (wide ? B32_LABEL : B16_LABEL), "BOOT DISK  ", LABEL_LENGTH);
    put_le16(boot + B_SIGNATURE, 0xAA55);
}

/* Says in the given FAT which cluster comes after `cluster`. */
static inline void fat_image_link_in(uint8_t *table, unsigned bits, uint32_t cluster, uint32_t next)
{
    if (bits == 32) {
        put_le32(table + (size_t)cluster * 4, 0xF0000000 | next); /* four bits that mean nothing */
    } else if (bits == 16) {
        put_le16(table + (size_t)cluster * 2, (uint16_t)next);
    } else {
        uint8_t *p = table + cluster * 3 / 2;
        uint16_t value = le16(p);
        put_le16(p, (cluster & 1) != 0 ? (uint16_t)((value & 0xF) | next << 4)
                                       : (uint16_t)((value & 0xF000) | (next & 0xFFF)));
    }
}

/* The same in all FATs. */
static inline void fat_image_link(const struct fat_image *image, uint32_t cluster, uint32_t next)
{
    for (unsigned i = 0; i < image->shape.fats; i++) {
        fat_image_link_in(image->table + i * image->table_size, image->shape.bits, cluster, next);
    }
}

/* Makes the clusters up to a 0 one chain. */
static inline void fat_image_chain(const struct fat_image *image, const uint32_t *clusters)
{
    for (; clusters[0] != 0; clusters++) {
        fat_image_link(image, clusters[0], clusters[1] != 0 ? clusters[1] : FAT_IMAGE_END);
    }
}

static inline uint8_t *fat_image_cluster(const struct fat_image *image, uint32_t cluster)
{
    return image->data + (cluster - 2) * image->cluster_size;
}

static inline uint8_t *fat_image_entry(uint8_t *p, const char *short_name, uint8_t attributes,
                                       uint32_t cluster, uint32_t size)
{
    memcpy(p + D_NAME, short_name, 11);
    p[D_ATTRIBUTES] = attributes;
    put_le16(p + D_CLUSTER_HIGH, (uint16_t)(cluster >> 16));
    put_le16(p + D_CLUSTER_LOW, (uint16_t)cluster);
    put_le16(p + D_DATE, 20 << 9 | 2 << 5 | 29); /* 2000-02-29 */
    put_le16(p + D_TIME, 12 << 11 | 30 << 5 | 15);
    put_le32(p + D_SIZE, size);
    return p + ENTRY_SIZE;
}

static inline struct fat_image fat_image_make(const struct fat_shape *shape)
{
    struct fat_image image = {.shape = *shape};
    size_t root_size = shape->bits == 32 ? 0 : FAT_IMAGE_ROOT_ENTRIES * ENTRY_SIZE;
    size_t table_bytes = ((size_t)shape->clusters + 2) * shape->bits / 8 + 1;
    image.cluster_size = (size_t)shape->sector * shape->sectors_per_cluster;
    image.table_size = (table_bytes + shape->sector - 1) / shape->sector * shape->sector;
    size_t before =
        FAT_IMAGE_RESERVED * (size_t)shape->sector + shape->fats * image.table_size + root_size;
    image.size = before + shape->clusters * image.cluster_size;
    image.bytes = calloc(1, image.size);
    image.table = image.bytes + FAT_IMAGE_RESERVED * (size_t)shape->sector;
    image.data = image.bytes + before;
    image.root = image.data - root_size;
    fat_image_boot_sector(&image);
    if (shape->bits == 32) {
        fat_image_link(&image, 2, FAT_IMAGE_END);
    }
    return image;
}
