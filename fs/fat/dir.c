/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "fs/fat/name.h"
#include "lib/bytes.h"
#include "lib/error.h"

_Static_assert(sizeof(struct fat_node) <= sizeof((struct node *)0)->private, "a fat_node fits into a node");

/* Days since 1970 of a date in the Gregorian calendar. */
static int64_t days(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2 ? 1 : 0; /* years that begin in March end with their leap day */
    int64_t month_days = (153 * (int64_t)(month > 2 ? month - 3 : month + 9) + 2) / 5;
    return 365 * year + year / 4 - year / 100 + year / 400 + month_days + (int64_t)day - 1 - 719468;
}

/* Local time of a place that nobody names, taken as UTC. */
static int64_t seconds(uint16_t date, uint16_t time)
{
    int64_t day = days(1980 + (date >> 9), date >> 5 & 15, date & 31);
    return day * 86400 + (time >> 11) * 3600 + (time >> 5 & 63) * 60 + (time & 31) * 2;
}

/* A directory entry says no size of a directory: its chain does. */
static int load_directory(struct node *node, uint32_t first)
{
    const struct fat *fat = node->volume->private;
    uint32_t clusters;
    int error = fat_chain_length(node->volume, first, &clusters);
    node->type = NODE_DIRECTORY;
    node->size = (uint64_t)clusters * fat->cluster_size;
    return error;
}

static int load_root(struct node *node)
{
    const struct fat *fat = node->volume->private;
    struct fat_node *file = (struct fat_node *)node->private;
    node->mode = 0755;
    if (fat->bits == 32) {
        file->first = fat->root_cluster;
        return load_directory(node, file->first);
    }
    file->fixed_root = true;
    node->type = NODE_DIRECTORY;
    node->size = fat->root_size;
    return 0;
}

int fat_load(struct node *node, uint64_t number)
{
    const struct fat *fat = node->volume->private;
    struct fat_node *file = (struct fat_node *)node->private;
    uint8_t entry[ENTRY_SIZE];
    if (number == FAT_ROOT) {
        return load_root(node);
    }
    int error = volume_read(node->volume, number, entry, sizeof entry);
    if (error != 0) {
        return error;
    }
    file->first = le16(entry + D_CLUSTER_LOW);
    file->first |= fat->bits == 32 ? (uint32_t)le16(entry + D_CLUSTER_HIGH) << 16 : 0;
    node->mtime = seconds(le16(entry + D_DATE), le16(entry + D_TIME));
    node->mode = (entry[D_ATTRIBUTES] & ATTRIBUTE_READ_ONLY) != 0 ? 0555 : 0755;
    if ((entry[D_ATTRIBUTES] & ATTRIBUTE_DIRECTORY) != 0) {
        return load_directory(node, file->first);
    }
    node->type = NODE_FILE;
    node->size = le32(entry + D_SIZE);
    return 0;
}

static bool is_hidden(const uint8_t *entry)
{
    return entry[D_NAME] == 0xE5 || entry[D_NAME] == '.' || (entry[D_ATTRIBUTES] & ATTRIBUTE_VOLUME_LABEL) != 0;
}

/* One entry of 32 bytes, and its place on the volume. Returns 1, 0 at the end, or an error. */
static int read_entry(struct node *directory, uint64_t at, uint8_t *bytes, uint64_t *place)
{
    struct extent extent;
    if (at + ENTRY_SIZE > directory->size) {
        return 0;
    }
    int error = node_where(directory, at, &extent);
    error = error != 0 ? error : node_read(directory, at, bytes, ENTRY_SIZE);
    *place = extent.offset;
    return error != 0 ? error : bytes[D_NAME] != 0;
}

int fat_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    struct fat_long_name long_name = {.pieces = 0};
    uint8_t bytes[ENTRY_SIZE];
    int found;
    while ((found = read_entry(directory, *cursor, bytes, &entry->number)) > 0) {
        *cursor += ENTRY_SIZE;
        bool is_piece = (bytes[D_ATTRIBUTES] & 0x3F) == ATTRIBUTE_LONG_NAME && bytes[D_NAME] != 0xE5;
        if (is_piece) {
            fat_long_name_add(&long_name, bytes);
        } else if (is_hidden(bytes)) {
            long_name.pieces = 0;
        } else {
            bytes[D_NAME] = bytes[D_NAME] == 0x05 ? 0xE5 : bytes[D_NAME];
            fat_name(&long_name, bytes, entry->name);
            entry->type = (bytes[D_ATTRIBUTES] & ATTRIBUTE_DIRECTORY) != 0 ? NODE_DIRECTORY : NODE_FILE;
            return 1;
        }
    }
    return found;
}
