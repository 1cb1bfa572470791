/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A block cache for metadata: superblocks, inodes, directories, indirect blocks, FATs. File data
 * does not go through it, but for what is small (node_read). One cache serves all disks; what a
 * disk, a partition and a slice in it share is read once.
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

/*
 * Fetches the beginnings of `count` sources, side by side: what a partition table or a file system
 * begins with. One that cannot be read is left to cache_read, which says why.
 */
void cache_fetch_heads(struct cache *, const struct source *const *sources, size_t count);
