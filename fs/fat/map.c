/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a file's offset to a place on the volume. A chain can only be walked forwards, so the latest
 * run of clusters is kept: a file that is read from front to back is walked once.
 */
#include "fs/fat/fat.h"
#include "lib/error.h"
#include "lib/log.h"

/* How many clusters the size of a file or directory stands for. */
static uint64_t clusters_of(const struct node *node)
{
    uint64_t size = fat_of(node)->cluster_size;
    return (node->size + size - 1) / size;
}

static uint32_t last_of(const struct fat_run *run)
{
    return run->cluster + run->count - 1;
}

/*
 * A chain may go on after its file's last cluster, where space was kept for more; but not back into
 * the file. A circle of the file's clusters is no longer than the file, so no more of the chain is
 * looked at: many files can claim to begin on one that is long.
 */
static int check_end(const struct node *node, uint32_t last)
{
    uint32_t cluster = last;
    for (uint64_t steps = clusters_of(node); steps > 0; steps--) {
        int error = fat_next_cluster(node->volume, cluster, &cluster);
        if (error != 0 || cluster == 0) {
            return error;
        }
        if (cluster == last) {
            return fail(node->volume->log, ERR_LOOP,
                        "%s: FAT: the chain of cluster %u bites its tail",
                        volume_subject(node->volume), fat_node_of(node)->first);
        }
    }
    return 0;
}

/* Begins a run at `cluster`, and makes it as long as clusters follow each other. */
static int begin_run(const struct node *node, uint64_t index, uint32_t cluster, struct fat_run *run)
{
    *run = (struct fat_run){.index = index, .cluster = cluster, .count = 1};
    while (run->index + run->count < clusters_of(node)) {
        uint32_t next;
        int error = fat_next_cluster(node->volume, last_of(run), &next);
        if (error != 0) {
            return error;
        }
        if (next == 0) {
            return fail(node->volume->log, ERR_CORRUPT,
                        "%s: FAT: the chain of cluster %u ends before the file of %lu bytes does",
                        volume_subject(node->volume), fat_node_of(node)->first, node->size);
        }
        if (next != cluster + run->count) {
            return 0;
        }
        run->count++;
    }
    return check_end(node, last_of(run));
}

static int first_run(const struct node *node, struct fat_run *run)
{
    uint32_t first = fat_node_of(node)->first;
    if (!fat_has_cluster(fat_of(node), first)) {
        return fail(node->volume->log, ERR_CORRUPT,
                    "%s: FAT: a file of %lu bytes begins at cluster %u, which does not exist",
                    volume_subject(node->volume), node->size, first);
    }
    return begin_run(node, 0, first, run);
}

static int next_run(const struct node *node, struct fat_run *run)
{
    uint32_t next;
    int error = fat_next_cluster(node->volume, last_of(run), &next);
    if (error != 0) {
        return error;
    }
    return begin_run(node, run->index + run->count, next, run); /* begin_run saw that it goes on */
}

/*
 * The run that holds cluster number `index` of the file: from the latest one on, or from the start.
 */
static int find_run(const struct node *node, uint64_t index, struct fat_run *run)
{
    *run = fat_node_of(node)->run;
    int error = run->count == 0 || index < run->index ? first_run(node, run) : 0;
    while (error == 0 && index >= run->index + run->count) {
        error = next_run(node, run);
    }
    return error;
}

static void map_fixed_root(const struct fat *fat, uint64_t offset, struct extent *extent)
{
    *extent = (struct extent){
        .kind = EXTENT_BELOW, .length = fat->root_size - offset, .offset = fat->root + offset};
}

int fat_map(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct fat *fat = fat_of(node);
    struct fat_run run;
    if (fat_node_of(node)->fixed_root) {
        map_fixed_root(fat, offset, extent);
        return 0;
    }
    int error = find_run(node, offset / fat->cluster_size, &run);
    if (error != 0) {
        return error;
    }
    fat_node_of(node)->run = run;
    uint64_t skip = offset - run.index * fat->cluster_size;
    *extent = (struct extent){.kind = EXTENT_BELOW,
                              .length = (uint64_t)run.count * fat->cluster_size - skip,
                              .offset = fat->data +
                                        (run.cluster - UINT64_C(2)) * fat->cluster_size + skip};
    return 0;
}
