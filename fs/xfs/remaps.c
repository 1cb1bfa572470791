/* SPDX-License-Identifier: BSD-2-Clause */
/* Each file has ranges of its own, and is found by its inode's number. */
#include "fs/xfs/remaps.h"

#include <stddef.h>

#include "fs/key_tree.h"
#include "fs/ranges.h"
#include "lib/arena.h"
#include "lib/error.h"

struct remapped {
    struct key_entry entry; /* its inode's number */
    struct ranges *ranges;
};

struct xfs_remaps {
    struct arena *arena;
    struct key_tree files;
};

struct xfs_remaps *remaps_create(struct arena *arena)
{
    struct xfs_remaps *remaps = arena_alloc(arena, sizeof *remaps);
    if (remaps != NULL) {
        *remaps = (struct xfs_remaps){.arena = arena};
    }
    return remaps;
}

static struct remapped *find(const struct xfs_remaps *remaps, uint64_t inode)
{
    return (struct remapped *)key_tree_find(&remaps->files, inode);
}

static struct remapped *add(struct xfs_remaps *remaps, uint64_t inode)
{
    struct remapped *file = arena_alloc(remaps->arena, sizeof *file);
    struct ranges *ranges = ranges_create(remaps->arena);
    if (file == NULL || ranges == NULL) {
        return NULL;
    }
    *file = (struct remapped){.entry.key = inode, .ranges = ranges};
    key_tree_put(&remaps->files, &file->entry);
    return file;
}

int remaps_put(struct xfs_remaps *remaps, uint64_t inode, uint64_t first, uint64_t count,
               uint64_t start)
{
    struct remapped *file = find(remaps, inode);
    file = file != NULL ? file : add(remaps, inode);
    return file != NULL ? ranges_put(file->ranges, first, count, start) : ERR_NO_MEMORY;
}

bool remaps_find(const struct xfs_remaps *remaps, uint64_t inode, uint64_t block, uint64_t *start,
                 uint64_t *count)
{
    const struct remapped *file = find(remaps, inode);
    return file != NULL && ranges_find(file->ranges, block, start, count);
}
