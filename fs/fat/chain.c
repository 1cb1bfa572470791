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

/* The entry for `cluster` of the table at `table`: 12, 16 or 28 bits. */
static int read_entry(const struct volume *volume, uint64_t table, uint32_t cluster,
                      uint32_t *entry)
{
    const struct fat *fat = volume->private;
    uint64_t offset = (uint64_t)cluster * fat->bits / 8;
    uint8_t bytes[4] = {0};
    int error = volume_read(volume, table + offset, bytes, fat->bits == 32 ? 4 : 2);
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
    int error = fat->bits == 12 ? 0 : read_entry(volume, fat->table, 1, &entry);
    if (error == 0 && fat->bits != 12) {
        *clean = (entry & bits) == bits;
    }
    return error;
}

static bool is_end(const struct fat *fat, uint32_t entry)
{
    uint32_t first_mark = (uint32_t)(UINT64_C(0x0FFFFFF8) & ((UINT64_C(1) << fat->bits) - 1));
    return entry >= first_mark; /* any of eight */
}

static bool is_link(const struct fat *fat, uint32_t entry)
{
    return is_end(fat, entry) || fat_has_cluster(fat, entry);
}

/* Says that the tables differ, once. */
static void mention(struct volume *volume, uint32_t cluster)
{
    struct fat *fat = volume->private;
    if (!fat->differs) {
        log_line(volume->log,
                 "%s: FAT: its two tables differ (at cluster %u, and perhaps elsewhere)",
                 volume->source->name, cluster);
    }
    fat->differs = true;
    volume->clean = false;
}

/* What follows a cluster that is in use, by either table. */
static int read_link(struct volume *volume, uint32_t cluster, uint32_t *entry)
{
    struct fat *fat = volume->private;
    uint32_t other;
    int error = read_entry(volume, fat->table, cluster, entry);
    if (fat->copy == 0) {
        return error;
    }
    if (read_entry(volume, fat->copy, cluster, &other) != 0) {
        fat->copy = 0; /* that it cannot be read has been logged */
        return error;
    }
    if (error == 0 && other == *entry) {
        return 0;
    }
    mention(volume, cluster);
    if (error != 0 || (!is_link(fat, *entry) && is_link(fat, other))) {
        *entry = other;
    }
    return 0;
}

int fat_next_cluster(struct volume *volume, uint32_t cluster, uint32_t *next)
{
    const struct fat *fat = volume->private;
    if (!fat_has_cluster(fat, cluster)) {
        return corrupt(volume, cluster, "does not exist, but something begins there");
    }
    int error = read_link(volume, cluster, next);
    if (error != 0) {
        return error;
    }
    if (!is_link(fat, *next)) {
        return corrupt(volume, cluster, "leads to a cluster that does not exist");
    }
    *next = is_end(fat, *next) ? 0 : *next;
    return 0;
}

int fat_chain_length(struct volume *volume, uint32_t first, uint32_t limit, uint32_t *length)
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
