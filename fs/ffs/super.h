/* SPDX-License-Identifier: BSD-2-Clause */
/* What a superblock of SUPER_SIZE bytes says, and whether it can be right. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "fs/ffs/ffs.h"

/* Finds the version and the byte order; false where there is no superblock. */
bool ffs_has_magic(struct ffs *, const uint8_t *super);

/* Old FFSv1 has no 64-bit fields, does not say where it lies, and has no log. */
bool ffs_is_updated(const struct ffs *, const uint8_t *super);

/*
 * Is this the superblock, or only a copy of one that lies elsewhere? `location` is a byte of the
 * volume.
 */
bool ffs_is_primary(const struct ffs *, const uint8_t *super, uint64_t location);

/* Loads all fields, once version and byte order are known. They are not checked. */
void ffs_read_fields(struct ffs *, const uint8_t *super);

/*
 * The name of the first field that cannot be on a volume of `bytes`, as in "... cannot be right";
 * or NULL.
 */
const char *ffs_wrong_field(const struct ffs *, uint64_t bytes);
