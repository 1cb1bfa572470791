/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A place: a partition, or a whole device, and the file system on it.
 *
 * One that holds partitions, or is a member of something larger, is none that is looked at in turn:
 * what it seems to hold is old, or half of something. Whoever names it gets what is there.
 */
#pragma once

#include <stdbool.h>

#include "fs/fs.h"
#include "fs/partition/partition.h"

struct disk;
struct logical_disk;

struct place {
    struct partition *partition;
    const struct disk *disk;            /* on which it is; NULL: */
    const struct logical_disk *logical; /* on this one */
    struct volume volume;               /* mounted when it is first asked for */
    bool tried;
    bool passed_over; /* in a search, which has been said */
    int error;        /* of mounting; ERR_UNKNOWN: no file system that we know */
};

/*
 * Mounts what is there, and decides whether it may be written to: what lies on a mirror, on a member
 * of an array or beside a partition table may not. Returns 0, ERR_UNKNOWN (not logged) where there is
 * no file system that is read, or an error (logged).
 */
int place_mount(struct place *, struct cache *, struct arena *, struct log *);

/*
 * Does a partition start where the place does, which it is in? That one names it better: with its
 * letter, or its type.
 */
bool place_starts_as_a_part(const struct place *);

/*
 * The member that it is a part of: a table that it seems
 * to have is the array's, and leads to other bytes than meant. NULL: none.
 */
const struct member *place_on_member(const struct place *);

/* The device that it is on, for people: "xvda", "mirror of (hd0,a), (hd1,a)". */
const char *place_device(const struct place *);

enum { PLACE_TEXT_SIZE = 192 };

/*
 * What is there, for people, once it has been tried: "ext4, ...", "an XFS file system, which pvboot
 * does not read".
 */
void place_describe(const struct place *, struct cache *, char text[PLACE_TEXT_SIZE]);
