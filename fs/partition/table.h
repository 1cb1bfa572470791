/* SPDX-License-Identifier: BSD-2-Clause */
/* What the readers of partition tables share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/partition/partition.h"

enum { TABLE_SECTOR = 512 /* bytes: what holds any of them, or its header */ };

struct partition_finder {
    struct partition_list *list;
    uint32_t sector_size; /* bytes; the disk's own */
    struct cache *cache;
    struct arena *arena;
};

/* Bytes of a partition, through the cache. Errors are logged. */
int partition_read(const struct partition_finder *, const struct partition *, uint64_t offset,
                   void *buffer, size_t length);

/*
 * Adds a partition that is named after `parent`, which it divides: `length` bytes of `device` from
 * `offset` on, or as much of them as there is (logged); one of which nothing is there is logged and
 * left out. Of `what`, all that a table says is taken. Returns 0, ERR_NO_MEMORY or ERR_TOO_LARGE
 * (logged).
 */
int partition_add(struct partition_finder *, const struct partition *device,
                  struct partition *parent, const struct partition *what, uint64_t offset,
                  uint64_t length);

/* Adds the whole device, the list's first. Returns 0 or ERR_NO_MEMORY. */
int partition_add_device(struct partition_finder *, const struct source *device);

/*
 * Each adds what its table in `device` lists. Returns 0; ERR_UNKNOWN, not logged, when there is no
 * such table; or an error, logged.
 *
 * A GPT is `protected` where the MBR says that there is one: only there can its backup stand in for
 * it, for a backup outlives the table that it belonged to.
 */
int gpt_find(struct partition_finder *, struct partition *device, bool protected);
int mbr_find(struct partition_finder *, struct partition *device, const uint8_t *sector);

/*
 * The disklabel in `slice`, which is `device` itself or a part of it. `relative`: its offsets count
 * from the slice's start, as FreeBSD's do, and not from the device's.
 */
int bsdlabel_find(struct partition_finder *, const struct partition *device,
                  struct partition *slice, bool relative);

/* Does this sector hold an MBR's table; does that only protect a GPT? */
bool mbr_is_table(const uint8_t *sector);
bool mbr_is_protective(const uint8_t *sector);
