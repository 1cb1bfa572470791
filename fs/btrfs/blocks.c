/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/blocks.h"

#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
#include "fs/btrfs/space.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { KEPT = LEVELS };

struct kept {
    uint64_t address, generation;
    unsigned level;
    uint64_t used; /* when, by the clock; 0: it is empty */
    uint8_t *bytes;
};

struct btrfs_blocks {
    uint64_t clock;
    struct kept kept[KEPT];
};

struct btrfs_blocks *btrfs_blocks_create(const struct volume *volume)
{
    const struct btrfs *fs = volume->private;
    struct btrfs_blocks *blocks = arena_alloc(volume->arena, sizeof *blocks);
    uint8_t *bytes = arena_pages(volume->arena, (size_t)KEPT * fs->block_size);
    if (blocks == NULL || bytes == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < KEPT; i++) {
        blocks->kept[i].bytes = bytes + i * fs->block_size;
    }
    return blocks;
}

void btrfs_blocks_forget(struct btrfs_blocks *blocks)
{
    for (unsigned i = 0; i < KEPT; i++) {
        blocks->kept[i].used = 0;
    }
}

/* ---- checking ------------------------------------------------------------------------------- */

struct btrfs_key btrfs_block_key(const uint8_t *bytes, uint32_t index)
{
    size_t size = bytes[BLOCK_LEVEL] == 0 ? ITEM_BYTES : POINTER_BYTES;
    return btrfs_key_at(bytes + BLOCK_HEADER_SIZE + index * size);
}

static bool has_order(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct btrfs_key before = btrfs_block_key(bytes, i - 1), key = btrfs_block_key(bytes, i);
        if (btrfs_key_compare(&before, &key) >= 0) {
            return false;
        }
    }
    return true;
}

/* Are the items' bytes behind all items, and inside of the leaf? */
static bool has_room(const uint8_t *bytes, uint32_t count, uint32_t block_size)
{
    uint32_t room = block_size - BLOCK_HEADER_SIZE;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *item = bytes + BLOCK_HEADER_SIZE + (size_t)i * ITEM_BYTES;
        uint32_t offset = le32(item + ITEM_OFFSET);
        if (offset < count * ITEM_BYTES || !range_within(offset, le32(item + ITEM_SIZE), room)) {
            return false;
        }
    }
    return true;
}

static const char *wrong_items(const struct btrfs_block *block, const uint8_t *bytes,
                               uint32_t block_size)
{
    uint32_t count = le32(bytes + BLOCK_COUNT);
    uint32_t size = block->level == 0 ? ITEM_BYTES : POINTER_BYTES;
    bool is_empty_root = count == 0 && block->first == NULL && block->level == 0;
    if (count > (block_size - BLOCK_HEADER_SIZE) / size || (count == 0 && !is_empty_root)) {
        return "its number of items cannot be right";
    }
    if (!has_order(bytes, count)) {
        return "its keys are not in order";
    }
    if (block->level == 0 && !has_room(bytes, count, block_size)) {
        return "an item leaves it";
    }
    return NULL;
}

/* The checksum covers all of it but itself. */
static const char *wrong_block(const struct btrfs *fs, const struct btrfs_block *block,
                               const uint8_t *bytes)
{
    if (!btrfs_checksum_fits(&fs->checksum, bytes + CHECKSUM_BYTES, fs->block_size - CHECKSUM_BYTES,
                             bytes)) {
        return "its checksum is wrong";
    }
    if (le64(bytes + BLOCK_BYTE) != block->address ||
        memcmp(bytes + BLOCK_FSID, fs->block_uuid, UUID_BYTES) != 0) {
        return "it is another block";
    }
    if (le64(bytes + BLOCK_GENERATION) != block->generation) {
        return "it is of another generation";
    }
    if (bytes[BLOCK_LEVEL] != block->level) {
        return "its level cannot be right";
    }
    return wrong_items(block, bytes, fs->block_size);
}

/* ---- reading -------------------------------------------------------------------------------- */

static int wrong(const struct volume *volume, const struct btrfs_block *block, const char *what)
{
    return fail(volume->log, ERR_CORRUPT, "%s: btrfs block %lu: %s", volume_subject(volume),
                block->address, what);
}

/* The first copy that is right: first the one that the cache may have, then each by itself. */
static int read_block(const struct volume *volume, const struct btrfs_block *block, uint8_t *bytes)
{
    const struct btrfs *fs = volume->private;
    uint64_t place;
    if (!btrfs_space_find(fs->space, block->address, fs->block_size, &place)) {
        return wrong(volume, block, btrfs_space_lack(fs->space));
    }
    int error = volume_read(volume, place, bytes, fs->block_size);
    if (error != 0) {
        return error;
    }
    const char *first = wrong_block(fs, block, bytes), *what = first;
    for (unsigned copy = 0; what != NULL && copy < btrfs_space_copies(fs->space, place); copy++) {
        if (btrfs_space_read(fs->space, place, bytes, fs->block_size, copy) == 0) {
            what = wrong_block(fs, block, bytes);
        }
    }
    if (what == NULL && first != NULL) {
        btrfs_report_damage(volume, block->address, first);
    }
    return what == NULL ? 0 : wrong(volume, block, first);
}

/* The one that holds the block, or the one that makes room for it: used least lately. */
static struct kept *find(struct btrfs_blocks *blocks, const struct btrfs_block *block)
{
    struct kept *oldest = &blocks->kept[0];
    for (unsigned i = 0; i < KEPT; i++) {
        struct kept *kept = &blocks->kept[i];
        if (kept->used != 0 && kept->address == block->address &&
            kept->generation == block->generation && kept->level == block->level) {
            return kept;
        }
        oldest = kept->used < oldest->used ? kept : oldest;
    }
    oldest->used = 0;
    return oldest;
}

int btrfs_block(const struct volume *volume, const struct btrfs_block *block, const uint8_t **bytes)
{
    struct btrfs_blocks *blocks = ((struct btrfs *)volume->private)->blocks;
    struct kept *kept = find(blocks, block);
    if (kept->used == 0) {
        int error = read_block(volume, block, kept->bytes);
        if (error != 0) {
            return error;
        }
        kept->address = block->address;
        kept->generation = block->generation;
        kept->level = block->level;
    }
    kept->used = ++blocks->clock;
    *bytes = kept->bytes;
    if (block->first != NULL) {
        struct btrfs_key first = btrfs_block_key(kept->bytes, 0);
        if (btrfs_key_compare(&first, block->first) != 0) {
            return wrong(volume, block, "it begins with another key than the one above says");
        }
    }
    return 0;
}
