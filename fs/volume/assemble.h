/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembling: from members to logical disks, which have partition tables of their own.
 *
 *      disks -> tables -> partitions -> members -> logical disks -> tables -> partitions -> ...
 *
 *      (hd0,a) RAIDframe component \
 *                                   (raid0) -> (raid0,a), (raid0,e)
 *      (hd1,a) RAIDframe component /
 *
 *      (hd2,0) md, RAID 5 \
 *      (hd3,0) md, RAID 5  (md/0) physical volume -> (lvm/vg-root), (lvm/vg-home)
 *      (hd4,0) missing    /
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "fs/partition/partition.h"

struct log;
struct member;

enum { ALIASES = 2 };

/* What members make together. */
struct logical_disk {
    struct logical_disk *next;
    const struct source *contents; /* named "raid0" */
    const char *aliases[ALIASES];  /* its other names: "md0", "mduuid/..."; or NULL */
    const char *description;       /* for people: "mirror of (hd0,a), (hd1,a)" */
    const char *protection;        /* why nothing on it may be changed */
    const struct member *member;   /* the first of those that are read */
    bool is_raidframe;
    unsigned number;                  /* RAIDframe's: 0 of "raid0" */
    struct partition_list partitions; /* itself first: "(raid0)" */
};

struct assembly {
    struct cache *cache;
    struct arena *arena;
    struct log *log;
    const struct partition_list *lists; /* of the disks: `list_count` of them */
    size_t list_count;
    struct member *members;
    struct logical_disk *disks;
};

/*
 * Recognises the members among the partitions of `count` disks, and assembles all that can be; in
 * what comes of it, likewise. Arrays of which all members are there come first. A
 * member that stayed behind when others of its array went on is left out (logged): what it holds is
 * out of date. Returns 0 or ERR_NO_MEMORY; tables that cannot be read are logged.
 */
int assemble(struct assembly *, const struct partition_list *disks, size_t count);

/* For formats: the next member after `previous` (NULL: the first) of an array that is up to date. */
struct member *assembly_next(const struct assembly *, const struct member *of,
                             const struct member *previous);

/* For formats: a name for a logical disk that no other has: `name`, or with a number after it. */
const char *assembly_name(const struct assembly *, const char *name);

/*
 * For formats: adds a logical disk whose contents, names, description and member are set, and lists
 * its partitions; its tables count sectors of `sector_size` bytes. Returns 0 or ERR_NO_MEMORY; tables that cannot be read are logged.
 */
int assembly_add(struct assembly *, struct logical_disk *, uint32_t sector_size);
