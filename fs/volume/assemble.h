/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Assembling: from members to logical disks, which have partition tables of their own.
 *
 *      disks -> tables -> partitions -> members -> logical disks -> tables -> partitions -> ...
 *
 *      (hd0,a) RAIDframe component \
 *                                   (raid0) -> (raid0,a), (raid0,e)
 *      (hd1,a) RAIDframe component /
 */
#pragma once

#include <stddef.h>

#include "fs/partition/partition.h"
#include "fs/volume/mirror.h"

struct log;
struct member;

/* What members make together. Today they are mirrors: of any of those that are up to date. */
struct logical_disk {
    struct logical_disk *next;
    unsigned number;                  /* 0 of "raid0" */
    const struct member *member;      /* the first of those that are read */
    const char *description;          /* for people: "mirror of (hd0,a), (hd1,a)" */
    struct mirror contents;           /* named "raid0" */
    struct partition_list partitions; /* itself first: "(raid0)" */
};

struct assembly {
    struct cache *cache;
    struct arena *arena;
    struct log *log;
    struct member *members;
    struct logical_disk *disks;
};

/*
 * Recognises the members among the partitions of `count` disks, and assembles all that can be; in
 * what comes of it, likewise. A member that stayed behind when others of its mirror went on is left
 * out (logged): what it holds is out of date. Returns 0 or ERR_NO_MEMORY; tables that cannot be read
 * are logged.
 */
int assemble(struct assembly *, const struct partition_list *disks, size_t count);
