/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What fast commits (fs/ext2/fast_commit.h) have changed since the blocks on the disk were written: which blocks
 * files have, and which names directories. A later change hides what it covers of earlier ones.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct dir_entry;
struct ext2_changes;

/* Returns NULL when there is no memory. */
struct ext2_changes *ext2_changes_create(struct arena *);

/*
 * A file's blocks `first` to `first` + `count`, which are at most EXTENT_BLOCKS_LIMIT, are from now on the volume's from
 * `start` on; 0: a hole. Returns 0, ERR_NO_MEMORY, or ERR_RANGE: no file system has so many inodes.
 */
int ext2_changes_put_range(struct ext2_changes *, uint32_t inode, uint64_t first, uint64_t count,
                           uint64_t start);

/*
 * Has a file's block changed? Then *start is what it is now, 0 for a hole; or else it stays as it was. *count is for how
 * many blocks that is so, at most; it may be made smaller.
 */
bool ext2_changes_find_range(const struct ext2_changes *, uint32_t inode, uint64_t block,
                             uint64_t *start, uint64_t *count);

/*
 * A directory has from now on this name, `text` of `length` bytes, for an inode; 0: it has it no more. The text is copied.
 * Returns 0 or ERR_NO_MEMORY.
 */
int ext2_changes_put_name(struct ext2_changes *, uint32_t directory, const uint8_t *text,
                          size_t length, uint32_t inode);

/*
 * A directory was made, and its blocks not written: what lies where they are to be are none of its names. Returns 0 or
 * ERR_NO_MEMORY.
 */
int ext2_changes_put_directory(struct ext2_changes *, uint32_t directory);

/* Was a directory made? */
bool ext2_changes_has_directory(const struct ext2_changes *, uint32_t directory);

/* Was this name of a directory changed? ignores_case: so is one that differs in case alone. */
bool ext2_changes_has_name(const struct ext2_changes *, uint32_t directory, const char *name,
                           bool ignores_case);

/* The next name that a directory has got, in no order; *cursor is 0 at first. False: there is none. */
bool ext2_changes_next_name(const struct ext2_changes *, uint32_t directory, bool ignores_case,
                            uint64_t *cursor, struct dir_entry *);
