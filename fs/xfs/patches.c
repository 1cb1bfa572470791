/* SPDX-License-Identifier: BSD-2-Clause */
/* The blocks are found by a hash of their number. */
#include "fs/xfs/patches.h"

#include <string.h>

#include "fs/cache.h"
#include "fs/overlay.h"
#include "fs/xfs/disk.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { LISTS = 4096 };

struct patch {
    struct patch *next;
    uint64_t block;
    uint8_t bytes[BASIC_BLOCK];
};

struct xfs_patches {
    struct volume *volume;
    const struct source *below;
    struct overlay *overlay;
    size_t count;
    struct patch *lists[LISTS];
};

struct xfs_patches *patches_create(struct volume *volume)
{
    struct xfs_patches *patches = arena_alloc(volume->arena, sizeof *patches);
    if (patches == NULL) {
        return NULL;
    }
    patches->volume = volume;
    patches->below = volume->source;
    patches->overlay = overlay_create(volume->source, volume->arena);
    return patches->overlay != NULL ? patches : NULL;
}

const struct source *patches_source(const struct xfs_patches *patches)
{
    return overlay_source(patches->overlay);
}

size_t patches_count(const struct xfs_patches *patches)
{
    return patches->count;
}

static struct patch *find(const struct xfs_patches *patches, uint64_t block)
{
    struct patch *patch = patches->lists[block % LISTS];
    while (patch != NULL && patch->block != block) {
        patch = patch->next;
    }
    return patch;
}

/* Makes a patch of what is there. */
static int add(struct xfs_patches *patches, uint64_t block, struct patch **patch)
{
    struct arena *arena = patches->volume->arena;
    *patch = arena_alloc(arena, sizeof **patch);
    if (*patch == NULL) {
        return ERR_NO_MEMORY;
    }
    (*patch)->block = block;
    int error = cache_read(patches->volume->cache, patches->below, block * BASIC_BLOCK,
                           (*patch)->bytes, BASIC_BLOCK);
    if (error != 0) {
        return error;
    }
    error = overlay_put_memory(patches->overlay, block * BASIC_BLOCK, BASIC_BLOCK, (*patch)->bytes);
    if (error != 0) {
        return error;
    }
    (*patch)->next = patches->lists[block % LISTS];
    patches->lists[block % LISTS] = *patch;
    patches->count++;
    return 0;
}

int patches_read(const struct xfs_patches *patches, uint64_t offset, void *bytes, size_t length)
{
    return cache_read(patches->volume->cache, patches_source(patches), offset, bytes, length);
}

int patches_write(struct xfs_patches *patches, uint64_t offset, const void *bytes, size_t length)
{
    const uint8_t *from = bytes;
    for (size_t done = 0, count; done < length; done += count) {
        uint64_t block = (offset + done) / BASIC_BLOCK, skip = (offset + done) % BASIC_BLOCK;
        struct patch *patch = find(patches, block);
        int error = patch != NULL ? 0 : add(patches, block, &patch);
        if (error != 0) {
            return error;
        }
        count = min_u64(length - done, BASIC_BLOCK - skip);
        memcpy(patch->bytes + skip, from + done, count);
    }
    return 0;
}

bool patches_touch(const struct xfs_patches *patches, uint64_t offset, size_t length)
{
    uint64_t end = (offset + length + BASIC_BLOCK - 1) / BASIC_BLOCK;
    for (uint64_t block = offset / BASIC_BLOCK; block < end; block++) {
        if (find(patches, block) != NULL) {
            return true;
        }
    }
    return false;
}
