/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A block cache for metadata: superblocks, inodes, directories, indirect blocks, FATs. File data
 * does not go through it. One cache serves all disks.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;
struct cache;
struct source;

/* A cache of about a MiB, in the arena; NULL when there is no memory. */
struct cache *cache_create(struct arena *);

/* source_read through the cache: for small reads. Errors as source_read's. */
int cache_read(struct cache *, const struct source *, uint64_t offset, void *buffer, size_t length);
