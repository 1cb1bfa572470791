/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/btrfs/tree.h"

#include <stdbool.h>

#include "fs/btrfs/blocks.h"
#include "fs/fs.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

struct btrfs_key btrfs_key_at(const uint8_t *bytes)
{
    return (struct btrfs_key){.object = le64(bytes + KEY_OBJECT),
                              .type = bytes[KEY_TYPE],
                              .offset = le64(bytes + KEY_OFFSET)};
}

int btrfs_key_compare(const struct btrfs_key *one, const struct btrfs_key *other)
{
    if (one->object != other->object) {
        return one->object < other->object ? -1 : 1;
    }
    if (one->type != other->type) {
        return one->type < other->type ? -1 : 1;
    }
    return one->offset < other->offset ? -1 : one->offset > other->offset ? 1 : 0;
}

/* ---- one way down --------------------------------------------------------------------------- */

/* Where a key belongs in a tree. */
struct place {
    const uint8_t *leaf; /* NULL: the tree is empty */
    uint32_t count;
    uint32_t until; /* how many of its items come at or before the key */
    bool has_next;
    struct btrfs_key next; /* with which the next leaf begins */
};

/* How many keys of a block come at or before `key`. */
static uint32_t count_until(const uint8_t *bytes, const struct btrfs_key *key)
{
    uint32_t low = 0, high = le32(bytes + BLOCK_COUNT);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        struct btrfs_key other = btrfs_block_key(bytes, middle);
        if (btrfs_key_compare(&other, key) <= 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Does a block end before the next one begins? */
static bool ends_before(const uint8_t *bytes, const struct place *place)
{
    uint32_t count = le32(bytes + BLOCK_COUNT);
    if (!place->has_next || count == 0) {
        return true;
    }
    struct btrfs_key last = btrfs_block_key(bytes, count - 1);
    return btrfs_key_compare(&last, &place->next) < 0;
}

/* From a node to the child where the key belongs: *block, whose first key goes to *first. */
static void choose_child(const uint8_t *bytes, const struct btrfs_key *key, struct place *place,
                         struct btrfs_block *block, struct btrfs_key *first)
{
    uint32_t until = count_until(bytes, key), index = until > 0 ? until - 1 : 0;
    const uint8_t *pointer = bytes + BLOCK_HEADER_SIZE + (size_t)index * POINTER_BYTES;
    if (index + 1 < le32(bytes + BLOCK_COUNT)) {
        place->has_next = true;
        place->next = btrfs_block_key(bytes, index + 1);
    }
    *first = btrfs_block_key(bytes, index);
    *block = (struct btrfs_block){.address = le64(pointer + POINTER_BLOCK),
                                  .generation = le64(pointer + POINTER_GENERATION),
                                  .level = block->level - 1,
                                  .first = first};
}

static int descend(const struct volume *volume, const struct btrfs_tree *tree,
                   const struct btrfs_key *key, struct place *place)
{
    struct btrfs_block block = {
        .address = tree->block, .generation = tree->generation, .level = tree->level};
    struct btrfs_key first;
    *place = (struct place){0};
    while (tree->block != 0) {
        const uint8_t *bytes;
        int error = btrfs_block(volume, &block, &bytes);
        if (error != 0) {
            return error;
        }
        if (!ends_before(bytes, place)) {
            return fail(volume->log, ERR_CORRUPT,
                        "%s: btrfs block %lu: it goes on after the next one begins",
                        volume_subject(volume), block.address);
        }
        if (block.level == 0) {
            place->leaf = bytes;
            place->count = le32(bytes + BLOCK_COUNT);
            place->until = count_until(bytes, key);
            return 0;
        }
        choose_child(bytes, key, place, &block, &first);
    }
    return 0;
}

/* ---- searches ------------------------------------------------------------------------------- */

static void take_item(const struct place *place, uint32_t index, struct btrfs_item *item)
{
    const uint8_t *header = place->leaf + BLOCK_HEADER_SIZE + (size_t)index * ITEM_BYTES;
    *item =
        (struct btrfs_item){.key = btrfs_key_at(header),
                            .bytes = place->leaf + BLOCK_HEADER_SIZE + le32(header + ITEM_OFFSET),
                            .size = le32(header + ITEM_SIZE)};
}

int btrfs_find_until(const struct volume *volume, const struct btrfs_tree *tree,
                     const struct btrfs_key *key, struct btrfs_item *item)
{
    struct place place;
    int error = descend(volume, tree, key, &place);
    if (error != 0 || place.until == 0) {
        return error;
    }
    take_item(&place, place.until - 1, item);
    return 1;
}

int btrfs_find(const struct volume *volume, const struct btrfs_tree *tree,
               const struct btrfs_key *key, struct btrfs_item *item)
{
    int found = btrfs_find_until(volume, tree, key, item);
    return found <= 0 ? found : btrfs_key_compare(&item->key, key) == 0 ? 1 : 0;
}

int btrfs_find_from(const struct volume *volume, const struct btrfs_tree *tree,
                    const struct btrfs_key *key, struct btrfs_item *item)
{
    struct place place;
    int error = descend(volume, tree, key, &place);
    if (error != 0) {
        return error;
    }
    if (place.until > 0) {
        take_item(&place, place.until - 1, item);
        if (btrfs_key_compare(&item->key, key) == 0) {
            return 1;
        }
    }
    if (place.until < place.count) {
        take_item(&place, place.until, item);
        return 1;
    }
    return place.has_next ? btrfs_find(volume, tree, &place.next, item) : 0;
}

int btrfs_next_of(const struct volume *volume, const struct btrfs_tree *tree, struct btrfs_key *key,
                  struct btrfs_item *item)
{
    int found = btrfs_find_from(volume, tree, key, item);
    if (found <= 0 || item->key.object != key->object || item->key.type != key->type) {
        return found < 0 ? found : 0;
    }
    key->offset = item->key.offset + 1;
    return item->key.offset == UINT64_MAX ? 0 : 1; /* the last number there can be is none */
}
