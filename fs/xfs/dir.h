/* SPDX-License-Identifier: BSD-2-Clause */
/* Parts of directories. All return 0 or an error (logged), if nothing else is said. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

/* Says that a directory is damaged at a byte of it, and returns ERR_CORRUPT. */
int xfs_wrong_directory(const struct node *, uint64_t at);

/* The type that an entry says. */
enum node_type xfs_entry_type(uint8_t);

/*
 * Reads the directory block at byte `offset` of the directory, which is past its size for the
 * index, and finds the byte of the volume at which it begins.
 */
int xfs_read_directory(struct node *, uint64_t offset, uint8_t *bytes, uint64_t *place);

/*
 * The entry at byte `at` of the directory. *length becomes how many bytes it takes, also where it
 * is unused: its name is "" then. Returns 1; 0 when no more entries are in that block; or an error.
 */
int xfs_read_entry(struct node *directory, uint64_t at, struct dir_entry *, uint64_t *length);

/* next() of a directory inside of its inode. */
int xfs_short_next(struct node *directory, uint64_t *cursor, struct dir_entry *);

/* lookup() of one that has an index. */
int xfs_index_lookup(struct node *directory, const char *name, struct dir_entry *);
