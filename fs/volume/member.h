/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Members: partitions and whole disks that are parts of something larger. Each format (RAIDframe,
 * md, LVM) recognises its own and says of them what all formats share; assembling (assemble.h) knows
 * no format.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/partition/partition.h"

struct logical_disk;

enum { MEMBER_TEXT_SIZE = 160 /* bytes */ };

struct member {
    struct partition *partition;
    struct member *next; /* in the order in which they were found */
    char format[64];     /* for people: "a RAIDframe component" */
    char array[48]; /* which array it belongs to: the same for all members of one, and no other */
    uint64_t age;   /* grows each time the array is used: a member that failed stays behind */
    uint64_t start, size; /* bytes: where a whole copy of the array lies in it; size 0: nowhere */
    uint32_t sector_size; /* bytes; the array's */
    unsigned number;      /* that the array had last: 0 of raid0 */
    bool plain; /* a mirror's half that begins with the contents, so it can be read alone */
    const struct member *newer;      /* that has seen more: this one is left out; or NULL */
    const struct logical_disk *disk; /* that it is assembled to; or NULL */
};

/*
 * Recognises the members in a list of partitions and puts them after those in *members. What they
 * begin and end with is fetched side by side. Returns 0 or ERR_NO_MEMORY; one that cannot be read is
 * logged and left out.
 */
int members_find(struct member **members, const struct partition_list *, struct cache *,
                 struct arena *);

/* What it is, for people: "a RAIDframe component of (raid0)". */
void member_describe(const struct member *, char text[MEMBER_TEXT_SIZE]);

/*
 * The formats. Each fills in what it knows of a member. Returns 0; ERR_UNKNOWN (not logged) when the
 * partition is no member of this kind; or an error of reading (logged).
 */
int raidframe_recognise(const struct partition *, struct cache *, struct member *);
int md_recognise(const struct partition *, struct cache *, struct member *);
int lvm_recognise(const struct partition *, struct cache *, struct member *);
