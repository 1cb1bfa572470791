/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Members: partitions and whole disks that are parts of something larger. Each format (RAIDframe,
 * md, LVM) recognises its own, says of them what all formats share, and makes logical disks of them;
 * assembling (assemble.h) knows no format.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/partition/partition.h"

struct assembly;
struct logical_disk;
struct member_type;

enum { MEMBER_TEXT_SIZE = 192 /* bytes */ };

struct member {
    const struct member_type *type;
    struct partition *partition;
    struct member *next; /* in the order in which they were found */
    char format[64];     /* for people: "a RAIDframe component" */
    char array
        [48]; /* which array it belongs to: the same for all members of one, and no other; "": it
                       cannot be read */
    uint64_t age;         /* grows each time the array is used: a member that failed stays behind */
    unsigned wanted;      /* members that the array has, all in all; 0: it does not say */
    uint32_t sector_size; /* bytes; its disk's */
    unsigned depth;       /* arrays that it lies in */
    const void *private;  /* the format's own */
    bool tried;           /* to assemble its array */
    const struct member *newer;      /* that has seen more: this one is left out; or NULL */
    const struct logical_disk *disk; /* of which it is a part, the only one; or NULL */
    const char *whole;               /* what it is a part of, for people: "(raid0)"; or NULL */
};

struct member_type {
    /*
     * Fills in what the format knows of a member; what it keeps is in the arena. Returns 0;
     * ERR_UNKNOWN (not logged) when the partition is no member of this kind; ERR_NO_MEMORY; or an
     * error of reading (logged).
     */
    int (*recognise)(const struct partition *, struct cache *, struct arena *, struct member *);

    /*
     * Makes logical disks of a member, one of the newest, and the others of its array
     * (assembly_next). Returns 0 or ERR_NO_MEMORY; why something cannot be made is logged.
     */
    int (*assemble)(struct assembly *, struct member *);

    unsigned slack;  /* how far a member's age can be behind, and it is up to date all the same */
    bool comes_last; /* it can lie over other formats' arrays, whole and not */
    bool is_file_system; /* on several devices, over any of those: it comes after them */
};

extern const struct member_type raidframe_type, md_type, lvm_type, btrfs_member_type,
    ext2_journal_type;

/*
 * Recognises the members in a list of partitions and puts them after those in *members. What they
 * begin and end with is fetched side by side. `depth` is theirs. Returns 0 or ERR_NO_MEMORY; one
 * that cannot be read is logged and left out.
 */
int members_find(struct member **members, const struct partition_list *, unsigned depth,
                 struct cache *, struct arena *);

/* What it is, for people: "a RAIDframe component of (raid0)". */
void member_describe(const struct member *, char text[MEMBER_TEXT_SIZE]);
