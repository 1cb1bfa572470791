/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/xfs/blocks.h"

#include <stdbool.h>

#include "fs/xfs/xfs.h"
#include "lib/arena.h"
#include "lib/checked.h"

/* An inode, its extents' levels, a directory's index and its entries; a few of each. */
enum { KEPT = 8, LEAST_ROOM = 4096 };

struct kept {
    uint64_t place, owner; /* the inode's number: checks differ by it */
    xfs_fill *fill;        /* what read it */
    uint64_t used;         /* when, by the clock; 0: it is empty */
    bool busy;             /* it is being read */
    uint8_t *bytes;
};

struct xfs_blocks {
    uint64_t clock;
    struct kept kept[KEPT];
};

size_t xfs_blocks_room(const struct volume *volume)
{
    const struct xfs *xfs = volume->private;
    return max_u64(LEAST_ROOM, max_u64(xfs->dir_block_size, xfs->block_size));
}

struct xfs_blocks *xfs_blocks_create(const struct volume *volume)
{
    size_t room = xfs_blocks_room(volume);
    struct xfs_blocks *blocks = arena_alloc(volume->arena, sizeof *blocks);
    uint8_t *bytes = arena_pages(volume->arena, KEPT * room);
    if (blocks == NULL || bytes == NULL) {
        return NULL;
    }
    for (unsigned i = 0; i < KEPT; i++) {
        blocks->kept[i].bytes = bytes + i * room;
    }
    return blocks;
}

static bool is_it(const struct kept *kept, const struct node *node, xfs_fill *fill, uint64_t place)
{
    return kept->used != 0 && !kept->busy && kept->place == place && kept->fill == fill &&
           kept->owner == node->id.object;
}

/* The one that holds the block, or the one that makes room for it: used least lately. */
static struct kept *find(struct xfs_blocks *blocks, const struct node *node, xfs_fill *fill,
                         uint64_t place)
{
    struct kept *oldest = NULL;
    for (unsigned i = 0; i < KEPT; i++) {
        struct kept *kept = &blocks->kept[i];
        if (is_it(kept, node, fill, place)) {
            return kept;
        }
        if (!kept->busy && (oldest == NULL || kept->used < oldest->used)) {
            oldest = kept;
        }
    }
    return oldest; /* never NULL: a block that is being read asks for one other at a time */
}

static int read_block(struct kept *kept, struct node *node, xfs_fill *fill, uint64_t place)
{
    kept->used = 0;
    kept->busy = true;
    int error = fill(node, place, kept->bytes);
    kept->busy = false;
    kept->place = place;
    kept->owner = node->id.object;
    kept->fill = fill;
    return error;
}

int xfs_block(struct node *node, xfs_fill *fill, uint64_t place, const uint8_t **bytes)
{
    struct xfs_blocks *blocks = xfs_of(node)->blocks;
    struct kept *kept = find(blocks, node, fill, place);
    *bytes = kept->bytes;
    if (!is_it(kept, node, fill, place)) {
        int error = read_block(kept, node, fill, place);
        if (error != 0) {
            return error;
        }
    }
    kept->used = ++blocks->clock;
    return 0;
}
