/* SPDX-License-Identifier: BSD-2-Clause */
/* Chains of clusters: the file allocation table says for each cluster which one comes next. */
#include "fs/fat/disk.h"
#include "fs/fat/fat.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

static int corrupt(const struct volume *volume, uint32_t cluster, const char *what)
{
    return fail(volume->log, ERR_CORRUPT, "%s: FAT: cluster %u %s", volume->source->name, cluster, what);
}

static bool is_cluster(const struct fat *fat, uint32_t cluster)
{
    return cluster >= 2 && cluster - 2 < fat->cluster_count;
}

/* The table's entry for `cluster`: 12, 16 or 28 bits. */
static int read_entry(const struct volume *volume, uint32_t cluster, uint32_t *entry)
{
    const struct fat *fat = volume->private;
    uint64_t offset = (uint64_t)cluster * fat->bits / 8;
    size_t length = fat->bits == 32 ? 4 : 2;
    uint8_t bytes[4] = {0};
    int error = volume_read(volume, fat->table + offset, bytes, length);
    uint32_t value = le32(bytes);
    if (fat->bits == 12) {
        value = (cluster & 1) != 0 ? value >> 4 : value & 0xFFF;
    }
    *entry = value & 0x0FFFFFFF; /* FAT32 keeps four bits to itself */
    return error;
}

int fat_next_cluster(const struct volume *volume, uint32_t cluster, uint32_t *next)
{
    const struct fat *fat = volume->private;
    uint32_t ends_from = (uint32_t)(UINT64_C(0x0FFFFFF8) & ((UINT64_C(1) << fat->bits) - 1));
    if (!is_cluster(fat, cluster)) {
        return corrupt(volume, cluster, "does not exist");
    }
    int error = read_entry(volume, cluster, next);
    if (error != 0) {
        return error;
    }
    if (*next >= ends_from) {
        *next = 0;
        return 0;
    }
    return is_cluster(fat, *next) ? 0 : corrupt(volume, cluster, "leads to a cluster that does not exist");
}

int fat_chain_length(const struct volume *volume, uint32_t first, uint32_t *length)
{
    const struct fat *fat = volume->private;
    for (*length = 0; first != 0; ++*length) {
        if (*length > fat->cluster_count) {
            return fail(volume->log, ERR_LOOP, "%s: FAT: a chain of clusters bites its tail", volume->source->name);
        }
        int error = fat_next_cluster(volume, first, &first);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Moves the cursor to cluster number `index` of the file: onwards from where it was, or from the start. */
static int seek(const struct node *node, struct fat_node *file, uint64_t index)
{
    if (file->cursor_cluster == 0 || index < file->cursor_index) {
        file->cursor_cluster = file->first;
        file->cursor_index = 0;
    }
    while (file->cursor_index < index) {
        uint32_t next;
        int error = fat_next_cluster(node->volume, file->cursor_cluster, &next);
        if (error != 0) {
            return error;
        }
        if (next == 0) {
            return corrupt(node->volume, file->cursor_cluster, "ends a file before its size does");
        }
        file->cursor_cluster = next;
        file->cursor_index++;
    }
    return 0;
}

/* Goes on as long as clusters follow each other; the cursor ends on the last one of them. */
static int run(const struct node *node, struct fat_node *file, uint64_t limit, uint64_t *count)
{
    for (*count = 1; *count < limit; ++*count) {
        uint32_t next;
        int error = fat_next_cluster(node->volume, file->cursor_cluster, &next);
        if (error != 0) {
            return error;
        }
        if (next != file->cursor_cluster + 1) {
            break;
        }
        file->cursor_cluster = next;
        file->cursor_index++;
    }
    return 0;
}

int fat_map(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct fat *fat = node->volume->private;
    struct fat_node *file = (struct fat_node *)node->private;
    if (file->fixed_root) {
        *extent = (struct extent){.kind = EXTENT_BELOW, .length = fat->root_size - offset, .offset = fat->root + offset};
        return 0;
    }
    uint64_t skip = offset % fat->cluster_size, count;
    uint64_t limit = (node->size - offset + skip + fat->cluster_size - 1) / fat->cluster_size;
    int error = seek(node, file, offset / fat->cluster_size);
    uint32_t first = file->cursor_cluster;
    if (error == 0 && !is_cluster(fat, first)) {
        error = corrupt(node->volume, first, "does not exist, but a file has it");
    }
    error = error != 0 ? error : run(node, file, limit, &count);
    if (error == 0) {
        *extent = (struct extent){.kind = EXTENT_BELOW,
                                  .length = count * fat->cluster_size - skip,
                                  .offset = fat->data + (uint64_t)(first - 2) * fat->cluster_size + skip};
    }
    return error;
}
