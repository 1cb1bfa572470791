/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories: what their directory entry says of them. */
#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

/*
 * Days from 1970 to a date in the Gregorian calendar. Years begin in March, so that they end with
 * their leap day.
 */
static int64_t days(int64_t year, unsigned month, unsigned day)
{
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t march_month = month > 2 ? month - INT64_C(3) : month + INT64_C(9);
    int64_t leap_days = march_year / 4 - march_year / 100 + march_year / 400;
    return 365 * march_year + leap_days + (153 * march_month + 2) / 5 + (int64_t)day - 1 - 719468;
}

/* Local time of a place that nobody names, taken as UTC. */
static int64_t seconds(uint16_t date, uint16_t time)
{
    int64_t day = days(1980 + (date >> 9), date >> 5 & 15, date & 31);
    int second = (time >> 11) * 3600 + (time >> 5 & 63) * 60 + (time & 31) * 2;
    return day * 86400 + second;
}

static void load_root(struct node *node)
{
    const struct fat *fat = fat_of(node);
    fat_node_of(node)->first = fat->root_cluster;
    fat_node_of(node)->fixed_root = fat->bits != 32;
    node->type = NODE_DIRECTORY;
    node->mode = 0755;
    node->size = fat->bits != 32 ? fat->root_size : 0;
}

static uint32_t first_cluster(const struct fat *fat, const uint8_t *entry)
{
    uint32_t high = fat->bits == 32 ? le16(entry + D_CLUSTER_HIGH) : 0;
    return high << 16 | le16(entry + D_CLUSTER_LOW);
}

static int check_size(const struct node *node)
{
    const struct fat *fat = fat_of(node);
    if (node->size <= (uint64_t)fat->cluster_count * fat->cluster_size) {
        return 0;
    }
    return fail(node->volume->log, ERR_CORRUPT,
                "%s: FAT: a file of %lu bytes is larger than the file system",
                volume_subject(node->volume), node->size);
}

int fat_load(struct node *node)
{
    uint8_t entry[ENTRY_SIZE];
    if (node->id.object == FAT_ROOT) {
        load_root(node);
        return 0;
    }
    int error = volume_read(node->volume, node->id.object, entry, sizeof entry);
    if (error != 0) {
        return error;
    }
    fat_node_of(node)->first = first_cluster(fat_of(node), entry);
    node->mtime = seconds(le16(entry + D_DATE), le16(entry + D_TIME));
    node->mode = (entry[D_ATTRIBUTES] & ATTRIBUTE_READ_ONLY) != 0 ? 0555 : 0755;
    if ((entry[D_ATTRIBUTES] & ATTRIBUTE_DIRECTORY) != 0) {
        node->type = NODE_DIRECTORY; /* its size is found when it is read (dir.c) */
        return 0;
    }
    node->type = NODE_FILE;
    node->size = le32(entry + D_SIZE);
    return check_size(node);
}
