/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A directory's index: a tree of hashes, whose leaves say where the names that have them are. Names
 * with one hash can go on in the next leaves.
 */
#include <stdbool.h>
#include <string.h>

#include "fs/xfs/blocks.h"
#include "fs/xfs/checksum.h"
#include "fs/xfs/dir.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/xfs.h"
#include "lib/bytes.h"
#include "lib/checked.h"

/* A block of it. */
struct part {
    unsigned level; /* 0: a leaf */
    uint32_t count;
    const uint8_t *entries;
    uint64_t forward; /* byte of the directory at which the next of this level begins; 0: none */
};

static uint32_t rotate(uint32_t value, unsigned bits)
{
    return value << bits | value >> (32 - bits);
}

/* Of each byte 7 bits are new. */
static uint32_t hash_of(const char *name)
{
    uint32_t hash = 0;
    for (const uint8_t *p = (const uint8_t *)name; *p != '\0'; p++) {
        hash = rotate(hash, 7) ^ *p;
    }
    return hash;
}

/* ---- blocks --------------------------------------------------------------------------------- */

static void open_part(const struct node *directory, const uint8_t *bytes, struct part *part)
{
    const struct xfs *xfs = xfs_of(directory);
    uint16_t magic = be16(bytes + INDEX_MAGIC);
    bool is_node = magic == NODE_MAGIC || magic == NODE_MAGIC_V5;
    part->level = is_node ? be16(bytes + (xfs->has_checksums ? INDEX_LEVEL_V5 : INDEX_LEVEL)) : 0;
    part->count = be16(bytes + (xfs->has_checksums ? INDEX_COUNT_V5 : INDEX_COUNT));
    part->entries = bytes + (xfs->has_checksums ? DIR_HEADER_SIZE_V5 : DIR_HEADER_SIZE);
    part->forward = (uint64_t)be32(bytes + INDEX_FORWARD) * xfs->block_size;
}

static uint32_t hash_at(const struct part *part, uint32_t index)
{
    return be32(part->entries + (size_t)index * INDEX_ENTRY_SIZE);
}

static uint32_t value_at(const struct part *part, uint32_t index)
{
    return be32(part->entries + (size_t)index * INDEX_ENTRY_SIZE + 4);
}

static bool is_sorted(const struct part *part)
{
    uint32_t index = 1;
    while (index < part->count && hash_at(part, index - 1) <= hash_at(part, index)) {
        index++;
    }
    return index >= part->count;
}

static bool has_magic(const struct xfs *xfs, const uint8_t *bytes)
{
    uint16_t magic = be16(bytes + INDEX_MAGIC);
    return xfs->has_checksums
               ? magic == NODE_MAGIC_V5 || magic == LEAF1_MAGIC_V5 || magic == LEAFN_MAGIC_V5
               : magic == NODE_MAGIC || magic == LEAF1_MAGIC || magic == LEAFN_MAGIC;
}

static bool is_part(const struct node *directory, const uint8_t *bytes)
{
    const struct xfs *xfs = xfs_of(directory);
    struct part part;
    open_part(directory, bytes, &part);
    size_t room = xfs->dir_block_size - (size_t)(part.entries - bytes);
    bool is_node =
        be16(bytes + INDEX_MAGIC) == NODE_MAGIC || be16(bytes + INDEX_MAGIC) == NODE_MAGIC_V5;
    return has_magic(xfs, bytes) && part.count != 0 && part.count <= room / INDEX_ENTRY_SIZE &&
           part.level <= INDEX_LEVEL_LIMIT && is_node == (part.level != 0) && is_sorted(&part);
}

/* A block of the index, at a byte of the directory: an xfs_fill. */
static int fill_part(struct node *directory, uint64_t offset, uint8_t *bytes)
{
    static const struct xfs_stamp stamp = {INDEX_CHECKSUM, INDEX_PLACE, INDEX_OWNER};
    uint64_t place = 0;
    int error = xfs_read_directory(directory, offset, bytes, &place);
    if (error != 0) {
        return error;
    }
    error = xfs_check_stamp(directory, &stamp, place, bytes, xfs_of(directory)->dir_block_size);
    if (error != 0) {
        return error;
    }
    return is_part(directory, bytes)
               ? 0
               : xfs_wrong_block(directory, place, "the directory's index is damaged");
}

static int read_part(struct node *directory, uint64_t offset, struct part *part)
{
    const uint8_t *bytes;
    if (offset < DIR_INDEX_OFFSET) {
        return xfs_wrong_directory(directory, offset);
    }
    int error = xfs_block(directory, fill_part, offset, &bytes);
    if (error == 0) {
        open_part(directory, bytes, part);
    }
    return error;
}

/* ---- searching ------------------------------------------------------------------------------ */

/* The first entry whose hash is not below this one. */
static uint32_t find_hash(const struct part *part, uint32_t hash)
{
    uint32_t low = 0, high = part->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (hash_at(part, middle) < hash) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Finds the first leaf that can have this hash. Returns 1, 0 when none can, or an error. */
static int find_leaf(struct node *directory, uint32_t hash, uint64_t *offset, struct part *part)
{
    *offset = DIR_INDEX_OFFSET;
    int error = read_part(directory, *offset, part);
    while (error == 0 && part->level != 0) {
        unsigned level = part->level;
        uint32_t index = find_hash(part, hash);
        if (index == part->count) {
            return 0;
        }
        *offset = (uint64_t)value_at(part, index) * xfs_of(directory)->block_size;
        error = read_part(directory, *offset, part);
        if (error == 0 && part->level != level - 1) {
            return xfs_wrong_directory(directory, *offset);
        }
    }
    return error != 0 ? error : 1;
}

/* Is the entry at this address the one? Returns 1, 0, or an error. */
static int is_entry(struct node *directory, uint32_t address, const char *name,
                    struct dir_entry *entry)
{
    uint64_t at = (uint64_t)address * DE_ALIGNMENT, length;
    if (address == 0) { /* it was removed */
        return 0;
    }
    if (at >= directory->size) {
        return xfs_wrong_directory(directory, at);
    }
    int found = xfs_read_entry(directory, at, entry, &length);
    if (found <= 0) {
        return found < 0 ? found : xfs_wrong_directory(directory, at);
    }
    return strcmp(entry->name, name) == 0 ? 1 : 0;
}

/*
 * Looks through the entries of the leaf in *part, which is at `offset`, from the first with this
 * hash on. Returns 1; 0 when it is none of them; or an error. part->forward becomes 0 where no
 * later leaf can have it.
 */
static int search_leaf(struct node *directory, uint64_t offset, struct part *part, const char *name,
                       struct dir_entry *entry)
{
    uint32_t hash = hash_of(name);
    for (uint32_t i = find_hash(part, hash); i < part->count; i++) {
        int error = read_part(directory, offset, part); /* another block took its place */
        if (error != 0) {
            return error;
        }
        if (hash_at(part, i) != hash) {
            part->forward = 0;
            return 0;
        }
        int found = is_entry(directory, value_at(part, i), name, entry);
        if (found != 0) {
            return found;
        }
    }
    return 0;
}

/*
 * Looks through the leaves from `offset` on, the first of which is *part. More entries than there
 * is room for names can be only where leaves lead in a circle.
 */
static int search_leaves(struct node *directory, uint64_t offset, struct part *part,
                         const char *name, struct dir_entry *entry)
{
    uint64_t most = directory->size / DE_ALIGNMENT;
    for (;;) {
        int found = search_leaf(directory, offset, part, name, entry);
        if (found != 0 || part->forward == 0) {
            return found;
        }
        if (part->count > most) {
            return xfs_wrong_directory(directory, offset);
        }
        most -= part->count;
        offset = part->forward;
        int error = read_part(directory, offset, part);
        if (error == 0 && part->level != 0) {
            return xfs_wrong_directory(directory, offset);
        }
        if (error != 0) {
            return error;
        }
    }
}

int xfs_index_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    struct part part = {0};
    uint64_t offset;
    int found = find_leaf(directory, hash_of(name), &offset, &part);
    return found <= 0 ? found : search_leaves(directory, offset, &part, name, entry);
}
