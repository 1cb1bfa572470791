/* SPDX-License-Identifier: BSD-2-Clause */
/* What the log changes on the volume, in memory: blocks of 512 bytes, as an overlay of it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs/fs.h"

struct xfs_patches;

/* Lies over volume->source; NULL when there is no memory. */
struct xfs_patches *patches_create(struct volume *);

/* The volume with all patches. */
const struct source *patches_source(const struct xfs_patches *);

/*
 * Reads of that, or writes to it. Both return 0; ERR_NO_MEMORY; or an error (logged): ERR_RANGE
 * outside of the volume.
 */
int patches_read(const struct xfs_patches *, uint64_t offset, void *bytes, size_t length);
int patches_write(struct xfs_patches *, uint64_t offset, const void *bytes, size_t length);

/* Are any of these bytes patched? Their checksum then is an old one. */
bool patches_touch(const struct xfs_patches *, uint64_t offset, size_t length);

/* How many blocks are. */
size_t patches_count(const struct xfs_patches *);
