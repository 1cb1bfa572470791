/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree log: what was synced (fsync) after the last commit, and is on the disk before the next one.
 * After a crash Linux puts it into the subvolumes when it mounts them; here it is asked before them.
 * Each subvolume has a log of its own, a tree of some of its items as they should be:
 *
 *      INODE, EXTENT_DATA, CHECKSUM   replace those that are there
 *      DIR_INDEX, INODE_REF           names that a directory has, or gets
 *      LOG_INDEX                      numbers from .. to: what has one of them and is not in the log
 *                                     has been deleted
 *
 * Names are kept in memory, in a hash table; all else is looked up in the log's tree.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/btrfs/tree.h"

struct btrfs_log;
struct node;
struct volume;

/*
 * Opens the log of a superblock that has one. NULL, logged: it cannot be used, and the file system is
 * read as it was committed.
 */
const struct btrfs_log *btrfs_log_open(const struct volume *, const uint8_t *super);

/* The log of a subvolume; NULL: it has none. */
const struct btrfs_tree *btrfs_log_of(const struct volume *, uint64_t subvolume);

/* Log number `index`, counted from 0; NULL: there are not so many. */
const struct btrfs_tree *btrfs_log_at(const struct volume *, unsigned index);

/* A name that a log gives to a directory. */
struct btrfs_logged_name {
    struct btrfs_logged_name *next, *next_in_bucket;
    uint64_t subvolume, directory;
    struct btrfs_key place;
    uint8_t type; /* ENTRY_FILE and the like; 0: it is not known */
    uint16_t length;
    char name[]; /* with a NUL */
};

/* The name's, in this directory; NULL: no log has it. */
const struct btrfs_logged_name *btrfs_log_find(const struct node *directory, const char *name);

/* The first of all names, in the order in which they were logged; or NULL. */
const struct btrfs_logged_name *btrfs_log_first(const struct node *directory);

/* Has it ranges of a directory's numbers of which it knows all? If it cannot be read, they are asked. */
bool btrfs_log_has_ranges(const struct node *directory);

/*
 * Has the log deleted a directory's entry, which it has no name for: the one of this number and name,
 * of this inode? Returns 1, 0 or an error (logged).
 */
int btrfs_log_deletes(const struct node *directory, uint64_t number, uint64_t inode);
