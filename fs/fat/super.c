/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting: the boot sector, which has no magic number, and what follows from its fields. */
#include <stdio.h>
#include <string.h>

#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "fs/fat/name.h"
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
    .lookup = fat_lookup,
    .link = NULL,
};

static bool is_ataris(const uint8_t *boot)
{
    return boot[B_JUMP] == 0x60;
}

/* FAT has no magic number: everything that must be so is looked at. */
static bool is_fat(const uint8_t *boot)
{
    uint32_t sector = le16(boot + B_BYTES_PER_SECTOR);
    bool is_pcs = (boot[B_JUMP] == 0xEB || boot[B_JUMP] == 0xE9) &&
                  le16(boot + B_SIGNATURE) == 0xAA55 && sector <= 4096;
    bool sectors = is_power_of_two(sector) && sector >= 512 && sector <= 16384;
    bool media = boot[B_MEDIA] == 0xF0 || boot[B_MEDIA] >= 0xF8;
    return (is_pcs || is_ataris(boot)) && sectors && media &&
           is_power_of_two(boot[B_SECTORS_PER_CLUSTER]) && le16(boot + B_RESERVED_SECTORS) > 0 &&
           boot[B_FATS] > 0 && boot[B_FATS] <= 4;
}

static uint32_t either(uint32_t first, uint32_t second)
{
    return first != 0 ? first : second;
}

/* Where the parts lie. Returns the name of a field that cannot be, or NULL. */
static const char *read_layout(struct fat *fat, const uint8_t *boot, uint64_t size)
{
    uint64_t sector = le16(boot + B_BYTES_PER_SECTOR);
    uint64_t bytes = either(le16(boot + B_SECTORS_16), le32(boot + B_SECTORS_32)) * sector;
    fat->table_size = either(le16(boot + B_FAT_SIZE_16), le32(boot + B32_FAT_SIZE)) * sector;
    fat->table = le16(boot + B_RESERVED_SECTORS) * sector;
    fat->copy = boot[B_FATS] > 1 ? fat->table + fat->table_size : 0;
    fat->root = fat->table + boot[B_FATS] * fat->table_size;
    fat->root_size = le16(boot + B_ROOT_ENTRIES) * ENTRY_SIZE;
    fat->data = fat->root + align_up(fat->root_size, sector);
    fat->cluster_size = (uint32_t)(boot[B_SECTORS_PER_CLUSTER] * sector);
    if (bytes > size) {
        return "number of sectors, more than the partition's,";
    }
    if (fat->table_size == 0 || fat->data >= bytes) {
        return "size of the FAT";
    }
    fat->cluster_count = (uint32_t)((bytes - fat->data) / fat->cluster_size);
    return NULL;
}

static unsigned entry_bits(const struct fat *fat, const uint8_t *boot)
{
    if (le16(boot + B_FAT_SIZE_16) == 0) {
        return 32;
    }
    return fat->cluster_count < FAT12_LIMIT ? 12 : 16;
}

/* Clusters that the table has no entry for are not there. */
static void read_table_size(struct fat *fat, const uint8_t *boot)
{
    fat->bits = entry_bits(fat, boot);
    uint64_t entries = fat->table_size * 8 / fat->bits;
    fat->cluster_count = (uint32_t)min_u64(fat->cluster_count, entries > 2 ? entries - 2 : 0);
}

static const char *read_fat32_fields(struct fat *fat, const uint8_t *boot)
{
    uint16_t flags = le16(boot + B32_FLAGS);
    unsigned active = (flags & FLAGS_ONE_FAT) != 0 ? flags & FLAGS_ACTIVE : 0;
    if (active >= boot[B_FATS]) {
        return "number of the active FAT";
    }
    fat->table += active * fat->table_size;
    fat->copy = (flags & FLAGS_ONE_FAT) != 0 ? 0 : fat->copy; /* it may be out of date */
    fat->root_cluster = le32(boot + B32_ROOT_CLUSTER);
    return fat_has_cluster(fat, fat->root_cluster) ? NULL : "root directory's cluster";
}

/* Returns the name of the first field that cannot be, or NULL. */
static const char *read_fields(struct fat *fat, const uint8_t *boot, uint64_t size)
{
    const char *wrong = read_layout(fat, boot, size);
    if (wrong != NULL) {
        return wrong;
    }
    read_table_size(fat, boot);
    if (fat->bits == 32) {
        return read_fat32_fields(fat, boot);
    }
    if (fat->cluster_count >= FAT16_LIMIT) {
        return "number of clusters, too many for a FAT16,";
    }
    return fat->root_size > 0 ? NULL : "size of the root directory";
}

/* Does the FAT begin as it must? Atari's boot sector says too little by itself. */
static int check_table(const struct volume *volume, const struct fat *fat, const uint8_t *boot)
{
    uint8_t first[3];
    int error = volume_read(volume, fat->table, first, sizeof first);
    if (error != 0) {
        return error;
    }
    return first[0] == boot[B_MEDIA] && first[1] == 0xFF && first[2] == 0xFF ? 0 : ERR_UNKNOWN;
}

static int check_fields(const struct volume *volume, struct fat *fat, const uint8_t *boot)
{
    const char *wrong = read_fields(fat, boot, volume->source->size);
    if (is_ataris(boot)) {
        return wrong != NULL ? ERR_UNKNOWN : check_table(volume, fat, boot);
    }
    if (wrong != NULL) {
        return fail(volume->log, ERR_CORRUPT, "%s: FAT boot sector: %s cannot be right",
                    volume->source->name, wrong);
    }
    return 0;
}

static void describe(struct volume *volume, const struct fat *fat, const uint8_t *boot)
{
    bool wide = fat->bits == 32;
    (void)snprintf(volume->details, sizeof volume->details, "FAT%u, %u-byte clusters", fat->bits,
                   fat->cluster_size);
    if (boot[wide ? B32_EXTENDED_MARK : B16_EXTENDED_MARK] == 0x29) {
        uint32_t serial = le32(boot + (wide ? B32_SERIAL : B16_SERIAL));
        (void)snprintf(volume->uuid, sizeof volume->uuid, "%04X-%04X", serial >> 16,
                       serial & 0xFFFF);
        fat_label(boot + (wide ? B32_LABEL : B16_LABEL), volume->label);
    }
    if (strcmp(volume->label, "NO NAME") == 0) {
        volume->label[0] = '\0';
    }
    (void)fat_read_label(volume); /* logged; the rest can be read all the same */
}

int fat_mount(struct volume *volume)
{
    uint8_t boot[BOOT_SIZE];
    if (volume->source->size < BOOT_SIZE) {
        return ERR_UNKNOWN;
    }
    int error = volume_read(volume, 0, boot, sizeof boot);
    if (error != 0) {
        return error;
    }
    if (!is_fat(boot)) {
        return ERR_UNKNOWN;
    }
    struct fat *fat = arena_alloc(volume->arena, sizeof *fat);
    if (fat == NULL) {
        return fail(volume->log, ERR_NO_MEMORY, "%s: no memory to mount FAT", volume->source->name);
    }
    error = check_fields(volume, fat, boot);
    if (error != 0) {
        return error;
    }
    volume->private = fat;
    volume->root.object = FAT_ROOT;
    volume->block_size = fat->cluster_size;
    volume->ignore_case = true;
    describe(volume, fat, boot);
    error = fat_read_clean(volume, &volume->clean);
    bool dirty = (boot[fat->bits == 32 ? B32_STATE : B16_STATE] & 1) != 0;
    volume->clean = volume->clean && !dirty;
    return error;
}
