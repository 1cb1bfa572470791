/* SPDX-License-Identifier: BSD-2-Clause */
/* Partition tables: which slices of a disk there are. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fs/source.h"

struct arena;
struct cache;

struct partition {
    struct slice_source slice; /* slice.source.name is "(hd0,0)", or "(hd0)" for a whole disk */
    int index;                 /* 0-3 primary; -1: the whole disk */
    unsigned type;             /* the table's type byte; 0 for a whole disk */
    const char *table;         /* "mbr"; for a whole disk that of its table, or "none" */
};

struct partition_list {
    struct partition *partitions; /* the whole disk first, then in the table's order */
    size_t count;
};

/*
 * All partitions of `disk` (a whole disk's source, named "hd0", with sectors of `sector_size`
 * bytes), the whole disk itself first. A table entry that cannot be is logged and left out. Returns
 * 0, ERR_NO_MEMORY, or the error of reading the table.
 */
int partitions_find(struct partition_list *, const struct source *disk, uint32_t sector_size,
                    struct cache *, struct arena *);
