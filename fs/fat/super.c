/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

const struct fs_type fat_type = {
    .name = "fat",
    .mount = fat_mount,
    .load = fat_load,
    .map = fat_map,
    .next = fat_next,
    .link = NULL,
};

/* FAT has no magic number: everything that must be so is looked at. */
static bool is_fat(const uint8_t *boot)
{
    uint32_t sector = le16(boot + B_BYTES_PER_SECTOR);
    bool jumps = boot[B_JUMP] == 0xEB || boot[B_JUMP] == 0xE9;
    bool sectors = is_power_of_two(sector) && sector >= 512 && sector <= 4096;
    bool media = boot[B_MEDIA] == 0xF0 || boot[B_MEDIA] >= 0xF8;
    return jumps && sectors && media && is_power_of_two(boot[B_SECTORS_PER_CLUSTER]) &&
           le16(boot + B_RESERVED_SECTORS) > 0 && boot[B_FATS] > 0 && boot[B_FATS] <= 4 &&
           le16(boot + B_SIGNATURE) == 0xAA55;
}

static uint32_t either(uint32_t first, uint32_t second)
{
    return first != 0 ? first : second;
}

/* Returns the name of a field that cannot be, or NULL. */
static const char *read_fields(struct fat *fat, const uint8_t *boot, uint64_t size)
{
    uint64_t sector = le16(boot + B_BYTES_PER_SECTOR);
    uint64_t sectors = either(le16(boot + B_SECTORS_16), le32(boot + B_SECTORS_32));
    fat->table_size = either(le16(boot + B_FAT_SIZE_16), le32(boot + B32_FAT_SIZE)) * sector;
    fat->table = le16(boot + B_RESERVED_SECTORS) * sector;
    fat->root = fat->table + boot[B_FATS] * fat->table_size;
    fat->root_size = le16(boot + B_ROOT_ENTRIES) * ENTRY_SIZE;
    fat->data = fat->root + align_up(fat->root_size, sector);
    fat->cluster_size = (uint32_t)(boot[B_SECTORS_PER_CLUSTER] * sector);
    if (sectors * sector > size) {
        return "size: the partition is smaller than the file system, it";
    }
    if (fat->table_size == 0 || fat->data >= sectors * sector) {
        return "size of the FAT";
    }
    fat->cluster_count = (uint32_t)((sectors * sector - fat->data) / fat->cluster_size);
    fat->bits = fat->cluster_count < FAT12_LIMIT ? 12 : fat->cluster_count < FAT16_LIMIT ? 16 : 32;
    if ((fat->cluster_count + UINT64_C(2)) * fat->bits / 8 > fat->table_size) {
        return "size of the FAT";
    }
    return NULL;
}

static const char *read_fat32_fields(struct fat *fat, const uint8_t *boot)
{
    uint16_t flags = le16(boot + B32_FLAGS);
    if ((flags & 0x80) != 0) {
        unsigned active = flags & 0xF;
        if (active >= boot[B_FATS]) {
            return "number of the active FAT";
        }
        fat->table += active * fat->table_size;
    }
    fat->root_cluster = le32(boot + B32_ROOT_CLUSTER);
    return NULL;
}

static void copy_label(struct volume *volume, const uint8_t *label)
{
    size_t length = LABEL_LENGTH;
    while (length > 0 && label[length - 1] == ' ') {
        length--;
    }
    if (length != 7 || memcmp(label, "NO NAME", 7) != 0) {
        memcpy(volume->label, label, length);
    }
}

static void describe(struct volume *volume, const struct fat *fat, const uint8_t *boot)
{
    bool wide = fat->bits == 32;
    (void)snprintf(volume->details, sizeof volume->details, "FAT%u, %u-byte clusters", fat->bits, fat->cluster_size);
    if (boot[wide ? B32_EXTENDED_MARK : B16_EXTENDED_MARK] == 0x29) {
        uint32_t serial = le32(boot + (wide ? B32_SERIAL : B16_SERIAL));
        (void)snprintf(volume->uuid, sizeof volume->uuid, "%04X-%04X", serial >> 16, serial & 0xFFFF);
        copy_label(volume, boot + (wide ? B32_LABEL : B16_LABEL));
    }
}

int fat_mount(struct volume *volume)
{
    uint8_t boot[BOOT_SIZE];
    if (volume->source->size < BOOT_SIZE) {
        return ERR_UNKNOWN;
    }
    int error = volume_read(volume, 0, boot, sizeof boot);
    if (error != 0 || !is_fat(boot)) {
        return error != 0 ? error : ERR_UNKNOWN;
    }
    struct fat *fat = arena_alloc(volume->arena, sizeof *fat);
    if (fat == NULL) {
        return ERR_NO_MEMORY;
    }
    const char *wrong = read_fields(fat, boot, volume->source->size);
    wrong = wrong == NULL && fat->bits == 32 ? read_fat32_fields(fat, boot) : wrong;
    if (wrong != NULL) {
        return fail(volume->log, ERR_CORRUPT, "%s: FAT boot sector: %s cannot be right", volume->source->name, wrong);
    }
    volume->private = fat;
    volume->root = FAT_ROOT;
    volume->block_size = fat->cluster_size;
    volume->ignore_case = true;
    describe(volume, fat, boot);
    return 0;
}
