/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two passes: the first one finds how far commits are whole, for one that was being written when the power went does
 * not count; the second one takes what they say.
 */
#include "fs/ext2/fast_commit.h"

#include <stddef.h>
#include <string.h>

#include "fs/ext2/changes.h"
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "fs/ext2/journal.h"
#include "fs/overlay.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/crc32c.h"
#include "lib/error.h"
#include "lib/log.h"

enum { NAME_LIMIT = 255 };

struct tag {
    unsigned type;
    size_t length;
    const uint8_t *bytes; /* past its head */
};

struct fast {
    struct journal *journal;
    struct overlay *overlay;
    struct ext2_changes *changes;
    uint32_t sequence;
    uint32_t sum;   /* of what has been seen since the last tail */
    uint64_t seen;  /* tags */
    uint64_t whole; /* of them, up to the last good tail */
    int count;      /* of good tails */
    bool has_begun; /* the head was seen */
};

static struct ext2 *ext2_within(const struct fast *fast)
{
    return fast->journal->volume->private;
}

/* ---- tags ----------------------------------------------------------------------------------- */

/* Is a tag of a length that its type can have? */
static bool is_length(const struct fast *fast, const struct tag *tag)
{
    switch (tag->type) {
    case FC_ADD_RANGE:
        return tag->length == FC_RANGE_EXTENT + EXTENT_ENTRY_SIZE;
    case FC_DEL_RANGE:
        return tag->length == FC_RANGE_COUNT + sizeof(uint32_t);
    case FC_CREATE:
    case FC_LINK:
    case FC_UNLINK:
        return tag->length > FC_NAME_TEXT && tag->length <= FC_NAME_TEXT + NAME_LIMIT;
    case FC_INODE:
        return tag->length >= FC_INODE_BYTES + GOOD_OLD_INODE_SIZE &&
               tag->length <= FC_INODE_BYTES + ext2_within(fast)->inode_size;
    case FC_HEAD:
    case FC_TAIL:
        return tag->length >= 8;
    default:
        return tag->type == FC_PAD;
    }
}

/* The tag at byte *at of the block, which moves past it. False: none can be there. */
static bool read_tag(const struct fast *fast, size_t *at, struct tag *tag)
{
    size_t size = fast->journal->block_size;
    if (*at + FC_TAG_SIZE > size) {
        return false;
    }
    const uint8_t *head = fast->journal->block + *at;
    *tag = (struct tag){.type = le16(head), .length = le16(head + 2), .bytes = head + FC_TAG_SIZE};
    *at += FC_TAG_SIZE + tag->length;
    return *at <= size && is_length(fast, tag);
}

/* ---- how far they are whole ----------------------------------------------------------------- */

/* Whether a commit ends well here. */
static bool check_tail(struct fast *fast, const struct tag *tag)
{
    const uint8_t *head = tag->bytes - FC_TAG_SIZE;
    uint32_t sum = crc32c(fast->sum, head, FC_TAG_SIZE + FC_TAIL_CHECKSUM);
    if (le32(tag->bytes) != fast->sequence || le32(tag->bytes + FC_TAIL_CHECKSUM) != sum) {
        return false;
    }
    fast->whole = fast->seen;
    fast->sum = 0;
    fast->count++;
    return true;
}

static int check_head(struct fast *fast, const struct tag *tag)
{
    uint32_t features = le32(tag->bytes);
    fast->has_begun = le32(tag->bytes + FC_HEAD_SEQUENCE) == fast->sequence;
    if (fast->has_begun && features != 0) {
        return fail(fast->journal->volume->log, ERR_UNSUPPORTED,
                    "%s: ext4 journal cannot be replayed to its end: its fast commits have unknown "
                    "features (0x%x); files written last may be read as they were before",
                    fast->journal->volume->source->name, features);
    }
    return 0;
}

/* Returns 1 to go on, 0 when what follows is older, or was never finished, or an error. */
static int check_tag(struct fast *fast, const struct tag *tag)
{
    fast->seen++;
    int error = tag->type == FC_HEAD ? check_head(fast, tag) : 0;
    if (error != 0 || !fast->has_begun) {
        return error;
    }
    if (tag->type == FC_TAIL) {
        return check_tail(fast, tag);
    }
    fast->sum = crc32c(fast->sum, tag->bytes - FC_TAG_SIZE, FC_TAG_SIZE + tag->length);
    return 1;
}

/* ---- taking them ---------------------------------------------------------------------------- */

static int take_range(struct fast *fast, uint32_t inode, uint64_t first, uint64_t count,
                      uint64_t start)
{
    count = min_u64(count, EXTENT_BLOCKS_LIMIT - first);
    int error = ext2_changes_put_range(fast->changes, inode, first, count, start);
    return error == ERR_RANGE ? journal_wrong(fast->journal, "fast commit's inode number") : error;
}

/* What was allocated and not written yet reads as a hole does. */
static int take_extent(struct fast *fast, const struct tag *tag)
{
    const uint8_t *extent = tag->bytes + FC_RANGE_EXTENT;
    uint64_t length = le16(extent + EE_LENGTH), start = le32(extent + EE_START_LO);
    start |= (uint64_t)le16(extent + EE_START_HI) << 32;
    bool written = length <= EE_WRITTEN_LIMIT;
    return take_range(fast, le32(tag->bytes), le32(extent),
                      written ? length : length - EE_WRITTEN_LIMIT, written ? start : 0);
}

/* As in a directory's blocks, what can be no name is passed over. */
static int take_name(struct fast *fast, const struct tag *tag)
{
    if (tag->bytes[FC_NAME_TEXT] == '\0') {
        return 0;
    }
    uint32_t inode = tag->type == FC_UNLINK ? 0 : le32(tag->bytes + FC_NAME_INODE);
    return ext2_changes_put_name(fast->changes, le32(tag->bytes), tag->bytes + FC_NAME_TEXT,
                                 tag->length - FC_NAME_TEXT, inode);
}

/* An inode on the overlay, that can be changed. Returns 0 or an error, logged but for memory's. */
static int open_inode(struct fast *fast, uint32_t number, uint8_t **inode, uint64_t *offset)
{
    struct volume *volume = fast->journal->volume;
    struct node node = {.volume = volume, .id = {.object = number}};
    uint32_t size = ext2_within(fast)->inode_size;
    int error = ext2_find_inode(&node, offset);
    *inode = arena_alloc(volume->arena, size);
    if (error != 0 || *inode == NULL) {
        return error != 0 ? error : ERR_NO_MEMORY;
    }
    return volume_read(volume, *offset, *inode, size);
}

static int put_inode(struct fast *fast, uint32_t number, uint8_t *inode, uint64_t offset)
{
    const struct ext2 *ext2 = ext2_within(fast);
    ext2_put_inode_checksum(ext2, ext2_inode_seed(ext2, number, inode), inode);
    return overlay_put_memory(fast->overlay, offset, ext2->inode_size, inode);
}

/* Does the inode's i_block map blocks? It can have a link's text, a device's number, or data as well. */
static bool has_map(const uint8_t *inode)
{
    uint32_t flags = le32(inode + I_FLAGS);
    enum node_type type = mode_type(le16(inode + I_MODE));
    return (flags & FLAG_EXTENTS) != 0 ||
           ((flags & FLAG_INLINE_DATA) == 0 && (type == NODE_FILE || type == NODE_DIRECTORY));
}

/* Is it the same file as before, and has it a map of the same kind? Numbers are given to others again. */
static bool is_same(const uint8_t *inode, const uint8_t *before)
{
    uint32_t changed = le32(inode + I_FLAGS) ^ le32(before + I_FLAGS);
    return le32(inode + I_GENERATION) == le32(before + I_GENERATION) && has_map(before) &&
           (changed & FLAG_EXTENTS) == 0;
}

/* A file has its map as the disk says, changed by the ranges: what the map should be may be in blocks that were not written. */
static void keep_map(uint8_t *inode, const uint8_t *before)
{
    uint8_t *block = inode + I_BLOCK;
    if (is_same(inode, before)) {
        memcpy(block, before + I_BLOCK, EXT2_BLOCK_BYTES);
        return;
    }
    memset(block, 0, EXT2_BLOCK_BYTES);
    if ((le32(inode + I_FLAGS) & FLAG_EXTENTS) != 0) {
        put_le16(block + EH_MAGIC, EXTENT_MAGIC);
        put_le16(block + EH_MAX, EXT2_BLOCK_BYTES / EXTENT_ENTRY_SIZE - 1);
    }
}

static int take_inode(struct fast *fast, const struct tag *tag)
{
    uint32_t number = le32(tag->bytes);
    uint8_t *inode, before[GOOD_OLD_INODE_SIZE];
    uint64_t offset;
    int error = open_inode(fast, number, &inode, &offset);
    if (error != 0) {
        return error;
    }
    memcpy(before, inode, sizeof before);
    memcpy(inode, tag->bytes + FC_INODE_BYTES, tag->length - FC_INODE_BYTES);
    if (has_map(inode)) {
        keep_map(inode, before);
    }
    return put_inode(fast, number, inode, offset);
}

static int find_type(const struct fast *fast, uint32_t number, enum node_type *type)
{
    struct volume *volume = fast->journal->volume;
    const struct node node = {.volume = volume, .id = {.object = number}};
    uint8_t mode[sizeof(uint16_t)];
    uint64_t offset;
    int error = ext2_find_inode(&node, &offset);
    if (error == 0) {
        error = volume_read(volume, offset + I_MODE, mode, sizeof mode);
    }
    *type = error == 0 ? mode_type(le16(mode)) : NODE_OTHER;
    return error;
}

/* A new directory has no names but those that follow: its first block, with its dots, was not written. */
static int take_creation(struct fast *fast, const struct tag *tag)
{
    uint32_t number = le32(tag->bytes + FC_NAME_INODE);
    enum node_type type;
    int error = find_type(fast, number, &type);
    if (error == 0 && type == NODE_DIRECTORY) {
        error = ext2_changes_put_directory(fast->changes, number);
    }
    return error != 0 ? error : take_name(fast, tag);
}

/* Returns 1 to go on, 0 past the last whole commit, or an error. */
static int take_tag(struct fast *fast, const struct tag *tag)
{
    int error = 0;
    fast->seen++;
    switch (tag->type) {
    case FC_ADD_RANGE:
        error = take_extent(fast, tag);
        break;
    case FC_DEL_RANGE:
        error = take_range(fast, le32(tag->bytes), le32(tag->bytes + FC_RANGE_EXTENT),
                           le32(tag->bytes + FC_RANGE_COUNT), 0);
        break;
    case FC_CREATE:
        error = take_creation(fast, tag);
        break;
    case FC_LINK:
    case FC_UNLINK:
        error = take_name(fast, tag);
        break;
    case FC_INODE:
        error = take_inode(fast, tag);
        break;
    default: /* they end commits, or fill blocks */
        break;
    }
    return error != 0 ? error : fast->seen < fast->whole;
}

/* ---- the whole ------------------------------------------------------------------------------ */

typedef int tag_action(struct fast *, const struct tag *);

/* The tags of the block in journal->block. Returns 1 to go on, 0 at their end, or an error. */
static int go_through_block(struct fast *fast, tag_action *act)
{
    struct tag tag;
    size_t at = 0, size = fast->journal->block_size;
    int more = 1;
    while (more > 0 && at + FC_TAG_SIZE <= size) {
        more = read_tag(fast, &at, &tag) ? act(fast, &tag) : 0;
    }
    return more;
}

static int go_through(struct fast *fast, tag_action *act)
{
    struct journal *journal = fast->journal;
    uint64_t limit = min_u64(journal->size / journal->block_size, UINT32_MAX);
    int more = 1;
    fast->seen = 0;
    for (uint32_t block = journal->end + 1; more > 0 && block < limit; block++) {
        int error = journal_read(journal, block);
        more = error != 0 ? error : go_through_block(fast, act);
    }
    return more < 0 ? more : 0;
}

int ext2_replay_fast_commits(struct journal *journal, struct overlay *overlay, uint32_t sequence)
{
    struct fast fast = {.journal = journal, .overlay = overlay, .sequence = sequence};
    int error = go_through(&fast, check_tag);
    if (error != 0 || fast.count == 0) {
        return error;
    }
    fast.changes = ext2_changes_create(journal->volume->arena);
    if (fast.changes == NULL) {
        return ERR_NO_MEMORY;
    }
    error = go_through(&fast, take_tag);
    ext2_within(&fast)->changes = error == 0 ? fast.changes : NULL;
    return error != 0 ? error : fast.count;
}
