/* SPDX-License-Identifier: BSD-2-Clause */
/* FAT12, FAT16 and FAT32, with long names. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/fs.h"

extern const struct fs_type fat_type;

/* What a mounted file system knows of itself; places and sizes in bytes. */
struct fat {
    unsigned bits; /* 12, 16 or 32 */
    uint32_t cluster_size;
    uint32_t cluster_count; /* clusters 2 to cluster_count + 1 hold data */
    uint64_t table;         /* the file allocation table in use */
    uint64_t copy;          /* another one that is kept the same; 0: there is none to look at */
    bool differs;           /* of both, in what has been read; it has been said */
    uint64_t table_size;
    uint64_t data; /* cluster 2 */
    uint64_t root; /* FAT12 and 16: the root directory */
    uint32_t root_size;
    uint32_t root_cluster; /* FAT32: its first cluster */
};

/* Clusters that follow each other in a file and on the volume. */
struct fat_run {
    uint64_t index;   /* of the first one among the file's clusters */
    uint32_t cluster; /* the first one */
    uint32_t count;   /* 0: no run */
};

/* What the driver's parts know of a file, in node->private. */
struct fat_node {
    uint32_t first;     /* cluster; 0: none */
    bool fixed_root;    /* the root directory of FAT12 and 16 lies outside the clusters */
    struct fat_run run; /* that map() found last */
};

_Static_assert(sizeof(struct fat_node) <= sizeof((struct node *)0)->private,
               "a fat_node fits into a node");

enum { FAT_ROOT = 0 }; /* the root's node_id.object; others have their directory entry's place */

static inline const struct fat *fat_of(const struct node *node)
{
    return node->volume->private;
}

static inline struct fat_node *fat_node_of(const struct node *node)
{
    return (struct fat_node *)(uintptr_t)node->private;
}

static inline bool fat_has_cluster(const struct fat *fat, uint32_t cluster)
{
    return cluster >= 2 && cluster - 2 < fat->cluster_count;
}

/* The driver's parts; all return 0 or an error, logged. */
int fat_mount(struct volume *);
int fat_load(struct node *);
int fat_map(struct node *, uint64_t offset, struct extent *);
int fat_next(struct node *directory, uint64_t *cursor, struct dir_entry *);
int fat_lookup(struct node *directory, const char *name, struct dir_entry *);

/*
 * The label that the root directory has goes to volume->label: it is newer than the boot sector's.
 * Without one there, that stays.
 */
int fat_read_label(struct volume *);

/* Does the FAT say that all was written and nothing went wrong? */
int fat_read_clean(const struct volume *, bool *clean);

/*
 * The cluster after `cluster`, or 0 at the end of its chain. Where a volume's tables differ, that is said
 * once, and it is written to no more; the second counts where the first cannot be read or right.
 */
int fat_next_cluster(struct volume *, uint32_t cluster, uint32_t *next);

/*
 * How many clusters there are from `first` (0: none) to the end of its chain. ERR_CORRUPT when
 * these are over `limit`.
 */
int fat_chain_length(struct volume *, uint32_t first, uint32_t limit, uint32_t *length);
