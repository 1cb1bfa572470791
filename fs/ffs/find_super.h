/* SPDX-License-Identifier: BSD-2-Clause */
/* Where on a volume the superblock is. */
#pragma once

#include "fs/ffs/ffs.h"

/*
 * The superblock, in one of the four places where it can be: its SUPER_SIZE bytes go to `super`,
 * and its fields, not checked, to *ffs. Returns 0, ERR_UNKNOWN or an error of reading.
 */
int ffs_find_primary(const struct volume *, struct ffs *, uint8_t *super);

/* The name of what cannot be right in a superblock that was found, as in "... cannot be right"; or NULL. */
const char *ffs_wrong_super(const struct volume *, const struct ffs *, const uint8_t *super);

/*
 * The first good copy of a damaged one: that of the first group, on the first block after the
 * primary one, or that of a later group, where a damaged one leads. Returns 0 (that it is used has
 * been logged), ERR_UNKNOWN or an error of reading.
 */
int ffs_find_copy(const struct volume *, struct ffs *, uint8_t *super);
