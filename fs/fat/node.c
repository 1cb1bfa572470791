/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories: what their directory entry says of them. */
#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "lib/bytes.h"

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

/* A directory's entry does not say its size: its chain does. */
static int load_directory(struct node *node)
{
    uint32_t clusters = 0;
    int error = fat_chain_length(node->volume, fat_node_of(node)->first, &clusters);
    node->type = NODE_DIRECTORY;
    node->size = (uint64_t)clusters * fat_of(node)->cluster_size;
    return error;
}

static int load_root(struct node *node)
{
    const struct fat *fat = fat_of(node);
    struct fat_node *directory = fat_node_of(node);
    node->mode = 0755;
    if (fat->bits == 32) {
        directory->first = fat->root_cluster;
        return load_directory(node);
    }
    directory->fixed_root = true;
    node->type = NODE_DIRECTORY;
    node->size = fat->root_size;
    return 0;
}

static uint32_t first_cluster(const struct fat *fat, const uint8_t *entry)
{
    uint32_t high = fat->bits == 32 ? le16(entry + D_CLUSTER_HIGH) : 0;
    return high << 16 | le16(entry + D_CLUSTER_LOW);
}

int fat_load(struct node *node)
{
    uint8_t entry[ENTRY_SIZE];
    if (node->id.object == FAT_ROOT) {
        return load_root(node);
    }
    int error = volume_read(node->volume, node->id.object, entry, sizeof entry);
    if (error != 0) {
        return error;
    }
    fat_node_of(node)->first = first_cluster(fat_of(node), entry);
    node->mtime = seconds(le16(entry + D_DATE), le16(entry + D_TIME));
    node->mode = (entry[D_ATTRIBUTES] & ATTRIBUTE_READ_ONLY) != 0 ? 0555 : 0755;
    if ((entry[D_ATTRIBUTES] & ATTRIBUTE_DIRECTORY) != 0) {
        return load_directory(node);
    }
    node->type = NODE_FILE;
    node->size = le32(entry + D_SIZE);
    return 0;
}
