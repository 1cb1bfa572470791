/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ext2/blocks.h"

#include <stdbool.h>
#include <stddef.h>

#include "fs/ext2/ext2.h"
#include "lib/arena.h"

enum { KEPT = 4 /* of a directory's, its extents', a file's extents' two levels, one each */ };

struct kept {
    uint64_t block, owner; /* the inode's number: checksums differ by it */
    ext2_check *check;     /* what it was found right by */
    uint64_t used;         /* when, by the clock; 0: it is empty */
    uint8_t *bytes;
};

struct ext2_blocks {
    uint64_t clock;
    struct kept kept[KEPT];
};

struct ext2_blocks *ext2_blocks_create(const struct volume *volume)
{
    struct ext2_blocks *blocks = arena_alloc(volume->arena, sizeof *blocks);
    uint8_t *bytes = arena_pages(volume->arena, (size_t)KEPT * volume->block_size);
    if (blocks == NULL || bytes == NULL) {
        return NULL;
    }
    for (unsigned i = 0; i < KEPT; i++) {
        blocks->kept[i].bytes = bytes + (size_t)i * volume->block_size;
    }
    return blocks;
}

void ext2_blocks_forget(struct ext2_blocks *blocks)
{
    for (unsigned i = 0; i < KEPT; i++) {
        blocks->kept[i].used = 0;
    }
}

static bool is_it(const struct kept *kept, const struct node *node, uint64_t block,
                  ext2_check *check)
{
    return kept->used != 0 && kept->block == block && kept->owner == node->id.object &&
           kept->check == check;
}

/* The one that holds the block, or the one that makes room for it: used least lately. */
static struct kept *find(struct ext2_blocks *blocks, const struct node *node, uint64_t block,
                         ext2_check *check)
{
    struct kept *oldest = &blocks->kept[0];
    for (unsigned i = 0; i < KEPT; i++) {
        struct kept *kept = &blocks->kept[i];
        if (is_it(kept, node, block, check)) {
            return kept;
        }
        oldest = kept->used < oldest->used ? kept : oldest;
    }
    return oldest;
}

static int fill(struct kept *kept, const struct node *node, uint64_t block, ext2_check *check)
{
    uint32_t size = node->volume->block_size;
    kept->used = 0;
    int error = volume_read(node->volume, block * size, kept->bytes, size);
    if (error == 0 && check != NULL) {
        error = check(node, block, kept->bytes);
    }
    kept->block = block;
    kept->owner = node->id.object;
    kept->check = check;
    return error;
}

int ext2_block(const struct node *node, uint64_t block, ext2_check *check, const uint8_t **bytes)
{
    struct ext2_blocks *blocks = ext2_of(node)->blocks;
    struct kept *kept = find(blocks, node, block, check);
    *bytes = kept->bytes;
    if (!is_it(kept, node, block, check)) {
        int error = fill(kept, node, block, check);
        if (error != 0) {
            return error;
        }
    }
    kept->used = ++blocks->clock;
    return 0;
}
