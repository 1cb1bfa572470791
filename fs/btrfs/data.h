/* SPDX-License-Identifier: BSD-2-Clause */
/* What lies in extents, verified. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

/* Are there checksums of a file's data? */
bool btrfs_has_checksums(const struct node *);

/*
 * Reads `length` bytes from an address on, of a file at byte `offset`, and compares them with their checksums, if there are
 * any; a sector that is wrong is taken from another copy. Returns 0 or an error (logged).
 */
int btrfs_read_data(const struct node *, uint64_t offset, uint64_t address, void *buffer,
                    size_t length);
