/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For fuzzers: a disk in memory, with a small FAT volume on which one text stands for many files: configs of
 * each kind, what they include, entries of the Boot Loader Specification.
 */
#pragma once

#include "lib/error.h"
#include "pvops/clock.h"
#include "pvops/disk.h"
#include "pvops/wait.h"
#include "tests/unit/fat_image.h"

enum { TEXT_LIMIT = 4096, TEXT_FILES = 16, GRUBENV_SIZE = 1024 };

struct text_disk {
    struct disk disk; /* first */
    struct waiter waiter;
    struct clock clock;
    struct fat_image image;
    uint8_t *files[TEXT_FILES]; /* directory entries of the text's files */
    size_t file_count;
    _Alignas(LARGEST_SECTOR) uint8_t bounce[LARGEST_SECTOR];
};

/* Clusters, each of which is a folder or a file. */
enum {
    CLUSTER_BOOT = 2,
    CLUSTER_GRUB,
    CLUSTER_LOADER,
    CLUSTER_ENTRIES,
    CLUSTER_EFI,
    CLUSTER_VENDOR,
    CLUSTER_KERNEL,
    CLUSTER_INITRD,
    CLUSTER_GRUBENV,
    CLUSTER_TEXT,
    CLUSTERS,
};

/* ---- files ---------------------------------------------------------------------------------- */

/* The only piece of a long name, before the short one's entry. Returns the place after it. */
static inline uint8_t *text_disk_long_name(uint8_t *p, const char *name, const char *short_name)
{
    static const uint8_t places[] = {1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30};
    size_t length = strlen(name);
    uint8_t sum = 0;
    for (size_t i = 0; i < 11; i++) {
        sum = (uint8_t)((sum << 7 | sum >> 1) + short_name[i]);
    }
    memset(p, 0xFF, ENTRY_SIZE);
    p[L_ORDER] = L_ORDER_LAST | 1;
    p[D_ATTRIBUTES] = ATTRIBUTE_LONG_NAME;
    p[D_CASE] = 0;
    p[L_CHECKSUM] = sum;
    put_le16(p + D_CLUSTER_LOW, 0);
    for (size_t i = 0; i < L_UNITS && i <= length; i++) {
        put_le16(p + places[i], (uint16_t)(uint8_t)name[i]);
    }
    return p + ENTRY_SIZE;
}

static inline uint8_t *text_disk_folder(const struct fat_image *image, uint8_t *p,
                                        const char *short_name, uint32_t cluster)
{
    fat_image_link(image, cluster, FAT_IMAGE_END);
    return fat_image_entry(p, short_name, ATTRIBUTE_DIRECTORY, cluster, 0);
}

static inline uint8_t *text_disk_text(struct text_disk *disk, uint8_t *p, const char *short_name)
{
    disk->files[disk->file_count++] = p;
    return fat_image_entry(p, short_name, 0, CLUSTER_TEXT, 0);
}

static inline void text_disk_fill_boot(struct text_disk *disk)
{
    const struct fat_image *image = &disk->image;
    uint8_t *p = fat_image_cluster(image, CLUSTER_BOOT);
    p = text_disk_folder(image, p, "GRUB       ", CLUSTER_GRUB);
    p = fat_image_entry(p, "VMLINUZ    ", 0, CLUSTER_KERNEL, 3000);
    p = fat_image_entry(p, "INITRD  IMG", 0, CLUSTER_INITRD, 100);
    p = text_disk_long_name(p, "extlinux.conf", "EXTLIN~1CON");
    (void)text_disk_text(disk, p, "EXTLIN~1CON");
    p = fat_image_cluster(image, CLUSTER_GRUB);
    p = text_disk_text(disk, p, "GRUB    CFG");
    p = text_disk_text(disk, p, "MORE    CFG");
    (void)fat_image_entry(p, "GRUBENV    ", 0, CLUSTER_GRUBENV, GRUBENV_SIZE);
}

static inline void text_disk_fill_others(struct text_disk *disk)
{
    const struct fat_image *image = &disk->image;
    uint8_t *p = text_disk_folder(image, image->root, "BOOT       ", CLUSTER_BOOT);
    p = text_disk_folder(image, p, "LOADER     ", CLUSTER_LOADER);
    p = text_disk_folder(image, p, "EFI        ", CLUSTER_EFI);
    p = text_disk_text(disk, p, "MENU    LST");
    (void)text_disk_text(disk, p, "BOOT    CFG");
    p = text_disk_folder(image, fat_image_cluster(image, CLUSTER_LOADER), "ENTRIES    ",
                         CLUSTER_ENTRIES);
    p = text_disk_long_name(p, "loader.conf", "LOADER~1CON");
    (void)text_disk_text(disk, p, "LOADER~1CON");
    p = text_disk_long_name(fat_image_cluster(image, CLUSTER_ENTRIES), "a-1.2.conf", "A-12~1  CON");
    p = text_disk_text(disk, p, "A-12~1  CON");
    p = text_disk_long_name(p, "b-2+1-0.conf", "B-21-0~1CON");
    (void)text_disk_text(disk, p, "B-21-0~1CON");
    p = text_disk_folder(image, fat_image_cluster(image, CLUSTER_EFI), "VENDOR     ",
                         CLUSTER_VENDOR);
    (void)text_disk_text(disk, fat_image_cluster(image, CLUSTER_VENDOR), "GRUB    CFG");
}

/* ---- the disk ------------------------------------------------------------------------------- */

static inline int text_disk_submit(struct disk *disk, struct disk_request *request)
{
    uint8_t *bytes = ((struct text_disk *)disk)->image.bytes + request->offset;
    if (request->operation == DISK_READ) {
        memcpy(request->buffer, bytes, request->length);
    } else if (request->operation == DISK_WRITE) {
        memcpy(bytes, request->buffer, request->length);
    }
    request->status = 0;
    request->done = true;
    return 0;
}

static inline void text_disk_give_up(struct disk *disk, int status)
{
    (void)disk;
    (void)status;
}

static inline void text_disk_sleep(struct waiter *waiter, uint64_t deadline)
{
    (void)waiter;
    (void)deadline;
}

static inline uint64_t text_disk_now(struct clock *clock)
{
    (void)clock;
    return 0;
}

static inline void text_disk_open(struct text_disk *disk)
{
    static const struct fat_shape shape = {
        .bits = 12, .sector = 512, .sectors_per_cluster = 8, .fats = 1, .clusters = CLUSTERS};
    *disk = (struct text_disk){.image = fat_image_make(&shape)};
    for (uint32_t cluster = CLUSTER_KERNEL; cluster < CLUSTERS; cluster++) {
        fat_image_link(&disk->image, cluster, FAT_IMAGE_END);
    }
    text_disk_fill_boot(disk);
    text_disk_fill_others(disk);
    disk->clock.microseconds = text_disk_now;
    disk->waiter = (struct waiter){.sleep = text_disk_sleep, .clock = &disk->clock};
    disk->disk = (struct disk){.name = "hd0",
                               .device = "xvda",
                               .size = disk->image.size,
                               .sector_size = 512,
                               .max_request = 65536,
                               .queue_depth = 8,
                               .waiter = &disk->waiter,
                               .bounce = disk->bounce,
                               .submit = text_disk_submit,
                               .give_up = text_disk_give_up};
}

/* Puts at most TEXT_LIMIT bytes into the text's files, and makes grubenv what it was. */
static inline void text_disk_fill(struct text_disk *disk, const void *text, size_t length)
{
    static const char block[] = "# GRUB Environment Block\nsaved_entry=a\nnext_entry=1>0\nx=y\n";
    uint8_t *grubenv = fat_image_cluster(&disk->image, CLUSTER_GRUBENV);
    length = length < TEXT_LIMIT ? length : TEXT_LIMIT;
    memcpy(fat_image_cluster(&disk->image, CLUSTER_TEXT), text, length);
    for (size_t i = 0; i < disk->file_count; i++) {
        put_le32(disk->files[i] + D_SIZE, (uint32_t)length);
    }
    memset(grubenv, '#', GRUBENV_SIZE);
    memcpy(grubenv, block, sizeof block - 1);
}
