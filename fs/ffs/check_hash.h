/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The check hashes that FreeBSD 13 and later keep in FFSv2: of superblock and inodes. (Cylinder groups have one, too; but they
 * say what is free, which nobody asks here.)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/ffs/ffs.h"

/* Are there hashes of inodes? */
bool ffs_has_inode_hashes(const struct ffs *, const uint8_t *super);

/* Is the superblock, read from ffs->super_place, what was written; or has it no hash? False also where the rest of it cannot be read (logged). */
bool ffs_super_is_whole(const struct volume *, const struct ffs *, const uint8_t *super);

/* The same of an inode of INODE_SIZE_V2 bytes. */
bool ffs_inode_is_whole(const struct ffs *, const uint8_t *inode);
