/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition tables: which slices of a disk there are. Tables lie in tables, and so do names:
 *
 *      (hd0)               the whole disk
 *      |-- (hd0,0)         the first entry of its MBR or GPT
 *      |   |-- (hd0,0,a)   partition a of the BSD disklabel in that slice
 *      |   `-- (hd0,0,e)   partition e
 *      `-- (hd0,4)         the first logical partition
 *
 * A device is what tables divide: a disk, or a logical disk that is assembled of partitions
 * (fs/volume/assemble.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/source.h"

struct arena;
struct btrfs_devices;
struct cache;
struct member;

enum {
    PARTITION_LABEL_SIZE = 36 * 3 + 1, /* bytes: GPT's 36 UTF-16 units in UTF-8, and a NUL */
};

/* Which label may lie in a partition by its type, beside a file system. */
enum nesting { NESTS_NOTHING, NESTS_LABEL, NESTS_FREEBSD_LABEL };

/* What lies in it by its type. Few types are certain: a Linux one holds whatever Linux reads. */
enum content {
    CONTENT_ANY,
    CONTENT_EXT,
    CONTENT_FFS,
    CONTENT_RAIDFRAME,  /* a component of a RAIDframe set */
    CONTENT_PARTITIONS, /* an extended partition: the logical ones */
};

struct partition {
    struct slice_source slice; /* slice.source.name is "(hd0,0)", or "(hd0)" for a whole disk */
    struct partition *next;    /* in the list */
    const struct partition *parent; /* in which it is nested; NULL for a whole disk */
    enum { PARTITION_DISK, PARTITION_MBR, PARTITION_GPT, PARTITION_BSD } kind; /* listed where */
    unsigned index; /* in that table, from 0; MBR: 0-3 primary, from 4 on logical; BSD: 0 for a */
    unsigned order; /* how many partitions its table lists before it */
    enum nesting nests;
    enum content content;
    bool divided;                     /* others lie in it, as a table of its own lists them */
    char type[40];                    /* as the table has it, for people: "83", "4.2BSD", a GUID */
    char label[PARTITION_LABEL_SIZE]; /* GPT's name of it; "" when it has none */
    const char *table;     /* that lies in it, for people: "BSD disklabel" and the like, or "" */
    struct member *member; /* of something larger (fs/volume/member.h); NULL: of nothing */
    const struct btrfs_devices *devices; /* on which its file system lies, if on several; or NULL */
    const struct source *journal; /* of its file system, if on a device of its own; or NULL */
};

struct partition_list {
    struct partition *first; /* the whole disk, then each table's in its order */
    struct partition *last;
    size_t count;
    uint32_t sector_size; /* bytes; the device's */
};

/*
 * All partitions of `device` (a whole disk's source, named "hd0", with sectors of `sector_size`
 * bytes), the whole device itself first. A table entry that cannot be is logged and left out; one
 * that ends past the device's end is cut, as Linux does (logged). Returns 0, ERR_NO_MEMORY, or the
 * error (logged) of reading a table: what was found before it is in the list.
 */
int partitions_find(struct partition_list *, const struct source *device, uint32_t sector_size,
                    struct cache *, struct arena *);

/* Byte of the device at which the partition starts. */
uint64_t partition_start(const struct partition *);

/* The whole device that the partition is on: itself, for a whole one. */
const struct partition *partition_device(const struct partition *);
