/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of clusters: the file allocation table says for each cluster which one comes next. */
#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

static int corrupt(const struct volume *volume, uint32_t cluster, const char *what)
{
    return fail(volume->log, ERR_CORRUPT, "%s: FAT: cluster %u %s", volume_subject(volume), cluster,
                what);
}

/* The table's entry for `cluster`: 12, 16 or 28 bits. */
static int read_entry(const struct volume *volume, uint32_t cluster, uint32_t *entry)
{
    const struct fat *fat = volume->private;
    uint64_t offset = (uint64_t)cluster * fat->bits / 8;
    uint8_t bytes[4] = {0};
    int error = volume_read(volume, fat->table + offset, bytes, fat->bits == 32 ? 4 : 2);
    uint32_t value = le32(bytes);
    if (fat->bits == 12) {
        value = (cluster & 1) != 0 ? value >> 4 : value & 0xFFF;
    }
    *entry = value & 0x0FFFFFFF; /* FAT32 keeps four bits to itself */
    return error;
}

int fat_read_clean(const struct volume *volume, bool *clean)
{
    const struct fat *fat = volume->private;
    uint32_t bits = fat->bits == 32 ? CLEAN_FAT32 : CLEAN_FAT16, entry;
    *clean = true; /* a FAT12 does not say */
    int error = fat->bits == 12 ? 0 : read_entry(volume, 1, &entry);
    if (error == 0 && fat->bits != 12) {
        *clean = (entry & bits) == bits;
    }
    return error;
}

int fat_next_cluster(const struct volume *volume, uint32_t cluster, uint32_t *next)
{
    const struct fat *fat = volume->private;
    uint32_t end_mark = (uint32_t)(UINT64_C(0x0FFFFFF8) & ((UINT64_C(1) << fat->bits) - 1));
    if (!fat_has_cluster(fat, cluster)) {
        return corrupt(volume, cluster, "does not exist, but something begins there");
    }
    int error = read_entry(volume, cluster, next);
    if (error != 0) {
        return error;
    }
    if (*next >= end_mark) { /* any of eight marks */
        *next = 0;
        return 0;
    }
    return fat_has_cluster(fat, *next)
               ? 0
               : corrupt(volume, cluster, "leads to a cluster that does not exist");
}

int fat_chain_length(const struct volume *volume, uint32_t first, uint32_t limit, uint32_t *length)
{
    uint32_t cluster = first;
    for (*length = 0; cluster != 0; ++*length) {
        if (*length == limit) {
            return corrupt(volume, first, "begins a chain that is too long, or bites its tail");
        }
        int error = fat_next_cluster(volume, cluster, &cluster);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
