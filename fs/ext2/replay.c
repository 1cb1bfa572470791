/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions are taken one after the other. Each is gone through three times: to see whether its
 * commit is there and all of it is whole, to put its blocks, and to forget what it revokes.
 */
#include "fs/ext2/replay.h"

#include <stddef.h>

#include "fs/ext2/disk.h"
#include "fs/ext2/jbd2.h"
#include "fs/ext2/journal.h"
#include "fs/overlay.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum pass { CHECK, PUT, FORGET };

struct replay {
    struct journal journal;
    struct overlay *overlay;
    enum pass pass;
    uint32_t sequence; /* of the transaction that is gone through */
};

static int wrong_block(const struct replay *replay, int error)
{
    return error == ERR_RANGE ? journal_wrong(&replay->journal, "list of blocks") : error;
}

/* The bytes of a block of the file system; false where there is none of that number. */
static bool find_block(const struct replay *replay, uint64_t block, uint64_t *offset)
{
    return checked_mul(block, replay->journal.block_size, offset);
}

/* ---- descriptors ---------------------------------------------------------------------------- */

struct tag {
    uint64_t block;
    uint32_t flags, checksum;
    size_t size; /* with the UUID after it */
};

static size_t tag_size(const struct journal *journal)
{
    size_t size = JT_SIZE + (journal->is_64bit ? 4 : 0) + (journal->has_checksums ? 2 : 0);
    return journal->has_v3 ? JT3_SIZE : size;
}

/* The tag at byte `at` of the descriptor; false when no more can be there. */
static bool read_tag(const struct journal *journal, size_t at, struct tag *tag)
{
    const uint8_t *bytes = journal->block + at;
    size_t size = tag_size(journal);
    if (at + size > journal_room(journal)) {
        return false;
    }
    tag->block = be32(bytes) | (journal->is_64bit ? (uint64_t)be32(bytes + JT_HIGH) << 32 : 0);
    tag->flags = journal->has_v3 ? be32(bytes + JT3_FLAGS) : be16(bytes + JT_FLAGS);
    tag->checksum = journal->has_v3 ? be32(bytes + JT3_CHECKSUM) : be16(bytes + JT_CHECKSUM_V2);
    tag->size = size + ((tag->flags & TAG_SAME_UUID) != 0 ? 0 : JS_UUID_SIZE);
    return true;
}

static int put_block(struct replay *replay, uint32_t block, const struct tag *tag)
{
    static const uint8_t magic[] = {0xC0, 0x3B, 0x39, 0x98};
    uint64_t offset, place;
    int error = journal_where(&replay->journal, block, &place);
    if (error == 0 && !find_block(replay, tag->block, &offset)) {
        error = ERR_RANGE;
    }
    error = error != 0 ? error
                       : overlay_put(replay->overlay, offset, replay->journal.block_size, place);
    if (error == 0 && (tag->flags & TAG_ESCAPED) != 0) {
        error = overlay_put_memory(replay->overlay, offset, sizeof magic, magic);
    }
    return wrong_block(replay, error);
}

/*
 * A block that is listed. Returns 1, 0 when it is not whole, or an error (logged but for memory's).
 */
static int take_listed(struct replay *replay, uint32_t block, const struct tag *tag)
{
    if (replay->pass == CHECK) {
        return journal_check_listed(&replay->journal, block, tag->checksum);
    }
    int error = replay->pass == PUT ? put_block(replay, block, tag) : 0;
    return error != 0 ? error : 1;
}

/*
 * The descriptor in journal->block and what it lists, from *place on. Returns as take_listed does.
 */
static int take_descriptor(struct replay *replay, struct journal_place *place)
{
    struct journal *journal = &replay->journal;
    struct tag tag = {.flags = 0};
    size_t at = JH_SIZE;
    int whole = 1;
    while (whole == 1 && (tag.flags & TAG_LAST) == 0 && read_tag(journal, at, &tag)) {
        whole = place->left == 0 ? 0 : take_listed(replay, place->block, &tag);
        if (whole == 1) {
            journal_pass(journal, place);
        }
        at += tag.size;
    }
    return whole;
}

/* ---- revocations ---------------------------------------------------------------------------- */

static int forget_block(struct replay *replay, const uint8_t *bytes)
{
    uint64_t block = replay->journal.is_64bit ? be64(bytes) : be32(bytes), offset;
    int error = find_block(replay, block, &offset)
                    ? overlay_forget(replay->overlay, offset, replay->journal.block_size)
                    : ERR_RANGE;
    return wrong_block(replay, error);
}

/* The revocation in journal->block. Returns 1 or an error (logged but for memory's). */
static int take_revocation(struct replay *replay)
{
    const struct journal *journal = &replay->journal;
    size_t end = be32(journal->block + JR_SIZE), size = journal->is_64bit ? 8 : 4;
    int error = 0;
    if (replay->pass != FORGET) {
        return 1;
    }
    if (end > journal_room(journal)) {
        return journal_wrong(journal, "revocations' size");
    }
    for (size_t at = JR_BLOCKS; error == 0 && at + size <= end; at += size) {
        error = forget_block(replay, journal->block + at);
    }
    return error != 0 ? error : 1;
}

/* ---- transactions --------------------------------------------------------------------------- */

/* Goes through a transaction, from *place on. Returns 1, 0 when it is not whole, or an error. */
static int go_through(struct replay *replay, enum pass pass, struct journal_place *place)
{
    struct journal *journal = &replay->journal;
    int whole = 1;
    replay->pass = pass;
    while (whole == 1 && place->left > 0) {
        int type = journal_read_header(journal, place->block, replay->sequence);
        journal_pass(journal, place);
        switch (type) {
        case JBD2_DESCRIPTOR:
            whole = take_descriptor(replay, place);
            break;
        case JBD2_REVOCATION:
            whole = take_revocation(replay);
            break;
        case JBD2_COMMIT:
            return 1;
        default:
            return type; /* what follows is older, or was never finished */
        }
    }
    return whole == 1 ? 0 : whole;
}

/* From the oldest to the last one that is whole. */
static int take_transactions(struct replay *replay)
{
    struct journal_place place = journal_start(&replay->journal);
    int whole = 1;
    replay->sequence = replay->journal.sequence;
    while (whole == 1 && place.left > 0) {
        struct journal_place end = place, put = place, forget = place;
        whole = go_through(replay, CHECK, &end);
        whole = whole == 1 ? go_through(replay, PUT, &put) : whole;
        whole = whole == 1 ? go_through(replay, FORGET, &forget) : whole;
        replay->sequence += whole == 1 ? 1 : 0;
        place = end;
    }
    return whole < 0 ? whole : 0;
}

/* Fast commits say what happened, not which blocks changed: they are for the kernel to replay. */
static int mention_fast_commits(struct replay *replay)
{
    struct journal *journal = &replay->journal;
    uint8_t head[FC_SIZE];
    uint64_t offset = (uint64_t)journal->end * journal->block_size;
    int error = node_read(&journal->node, offset, head, sizeof head);
    if (error == 0 && le16(head) == FC_HEAD && le32(head + FC_SEQUENCE) == replay->sequence) {
        log_line(journal->volume->log,
                 "%s: ext4 fast commits are not replayed: files written last may be read as they "
                 "were before",
                 journal->volume->source->name);
    }
    return error;
}

/* --------------------------------------------------------------------------------------------- */

static int replay_journal(struct replay *replay, struct volume *volume, uint32_t number)
{
    int error = journal_open(&replay->journal, volume, number);
    if (error == 0) {
        replay->overlay = overlay_create(volume->source, volume->arena);
        error = replay->overlay == NULL ? ERR_NO_MEMORY : 0;
    }
    if (error == 0 && replay->journal.start != 0) {
        error = take_transactions(replay);
    }
    if (error == 0 && replay->journal.has_fast_commits) {
        error = mention_fast_commits(replay);
    }
    if (error == ERR_NO_MEMORY) {
        error = fail(volume->log, error,
                     "%s: ext4 journal cannot be replayed: no memory for what it holds; files "
                     "written last may be read as they were before",
                     volume->source->name);
    }
    return error;
}

const char *ext2_replay(struct volume *volume, const uint8_t *super)
{
    struct replay replay = {.pass = CHECK};
    uint32_t number = le32(super + S_JOURNAL_INODE);
    if ((le32(super + S_FEATURE_INCOMPAT) & INCOMPAT_RECOVER) == 0) {
        return "";
    }
    if (number == 0) {
        log_line(volume->log,
                 "%s: ext4 journal cannot be replayed: it lies on another device; files written "
                 "last may be read as they were before",
                 volume->source->name);
        return ", journal NOT replayed";
    }
    size_t mark = arena_mark(volume->arena);
    if (replay_journal(&replay, volume, number) != 0) {
        arena_release(volume->arena, mark);
        return ", journal NOT replayed";
    }
    volume->source = overlay_source(replay.overlay);
    return overlay_count(replay.overlay) > 0 ? ", journal replayed" : ", with an empty journal";
}
