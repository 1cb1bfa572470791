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

/* Byte `offset` of a source. */
struct cache_place {
    const struct source *source;
    uint64_t offset;
};

/*
 * Fetches what lies at `count` places, and some KiB around them, side by side: what partition
 * tables, file systems and members of arrays are recognised by. One that cannot be read is left to
 * cache_read, which says why.
 */
void cache_fetch(struct cache *, const struct cache_place *places, size_t count);
