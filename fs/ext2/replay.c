/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions are taken one after the other. Each is gone through three times: to see whether its
 * commit is there and all of it is whole, to put its blocks, and to forget what it revokes.
 *
 * The last one may lack its commit: the power went while it was written, and it does not count. One
 * that was committed and yet is damaged is an error, as it is to Linux, which then does not mount;
 * for whoever only reads, what was committed before it is still better than the disk without it.
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
    uint32_t sequence;     /* of the transaction that is gone through */
    uint32_t damaged;      /* the first block of it that is not whole; 0: all are */
    uint64_t seconds;      /* when the transaction before it was committed */
    uint32_t transactions; /* that were replayed */
};

/* The byte of the volume at which a block lies; one that is past every volume's end, if none does. */
static uint64_t offset_of(const struct replay *replay, uint64_t block)
{
    uint64_t offset;
    return checked_mul(block, replay->journal.block_size, &offset) ? offset : UINT64_MAX;
}

/* Logs the overlay's errors, but for memory's. */
static int wrong_block(const struct replay *replay, int error)
{
    return error == ERR_RANGE ? journal_wrong(&replay->journal, "list of blocks") : error;
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
    uint64_t offset = offset_of(replay, tag->block), place;
    int error = journal_where(&replay->journal, block, &place);
    if (error != 0) {
        return error;
    }
    error = overlay_put(replay->overlay, offset, replay->journal.block_size, place);
    if (error == 0 && (tag->flags & TAG_ESCAPED) != 0) {
        error = overlay_put_memory(replay->overlay, offset, sizeof magic, magic);
    }
    return wrong_block(replay, error);
}

static void note_damage(struct replay *replay, uint32_t block)
{
    replay->damaged = replay->damaged == 0 ? block : replay->damaged;
}

static int check_block(struct replay *replay, uint32_t block, const struct tag *tag)
{
    bool whole;
    int error = journal_check_listed(&replay->journal, block, tag->checksum, &whole);
    if (error == 0 && !whole) {
        note_damage(replay, block);
    }
    return error;
}

/* A block that is listed. Returns 0 or an error (logged but for memory's). */
static int take_listed(struct replay *replay, uint32_t block, const struct tag *tag)
{
    switch (replay->pass) {
    case CHECK:
        return check_block(replay, block, tag);
    case PUT:
        return put_block(replay, block, tag);
    default:
        return 0;
    }
}

/*
 * The descriptor in journal->block and what it lists, from *place on. Returns 0 or an error (logged
 * but for memory's).
 */
static int take_descriptor(struct replay *replay, struct journal_place *place)
{
    struct journal *journal = &replay->journal;
    struct tag tag = {.flags = 0};
    size_t at = JH_SIZE;
    while ((tag.flags & TAG_LAST) == 0 && place->left > 0 && read_tag(journal, at, &tag)) {
        int error = take_listed(replay, place->block, &tag);
        if (error != 0) {
            return error;
        }
        journal_pass(journal, place);
        at += tag.size;
    }
    return 0;
}

/* ---- revocations ---------------------------------------------------------------------------- */

static int forget_block(struct replay *replay, const uint8_t *bytes)
{
    uint64_t block = replay->journal.is_64bit ? be64(bytes) : be32(bytes);
    int error =
        overlay_forget(replay->overlay, offset_of(replay, block), replay->journal.block_size);
    return wrong_block(replay, error);
}

/* The revocation in journal->block. Returns 0 or an error (logged but for memory's). */
static int take_revocation(struct replay *replay)
{
    const struct journal *journal = &replay->journal;
    size_t end = be32(journal->block + JR_SIZE), size = journal->is_64bit ? 8 : 4;
    if (replay->pass != FORGET) {
        return 0;
    }
    if (end > journal_room(journal)) {
        return journal_wrong(journal, "revocations' size");
    }
    for (size_t at = JR_BLOCKS; at + size <= end; at += size) {
        int error = forget_block(replay, journal->block + at);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- transactions --------------------------------------------------------------------------- */

/*
 * Goes through a transaction, from *place on. Returns 1 once its commit is in journal->block, 0 when
 * there is none, or an error.
 */
static int go_through(struct replay *replay, enum pass pass, struct journal_place *place)
{
    struct journal *journal = &replay->journal;
    replay->pass = pass;
    while (place->left > 0) {
        bool whole = true;
        int type = journal_read_header(journal, place->block, replay->sequence, &whole);
        if (type <= 0) {
            return type; /* what follows is older, or was never finished */
        }
        if (!whole) {
            note_damage(replay, place->block);
        }
        journal_pass(journal, place);
        if (type == JBD2_COMMIT) {
            return 1;
        }
        int error =
            type == JBD2_DESCRIPTOR ? take_descriptor(replay, place) : take_revocation(replay);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/*
 * Sees whether the transaction from *place on is to be replayed, and moves *place after it. Returns
 * 1, 0 at the journal's end, or an error. A journal can begin in what was one before: what is
 * damaged and older than the last transaction is nothing that was to follow it.
 */
static int check_transaction(struct replay *replay, struct journal_place *place)
{
    struct journal *journal = &replay->journal;
    replay->damaged = 0;
    int committed = go_through(replay, CHECK, place);
    if (committed <= 0) {
        replay->damaged = 0;
        return committed;
    }
    uint64_t seconds = be64(journal->block + JC_SECONDS);
    bool counts = replay->damaged == 0 || seconds >= replay->seconds;
    replay->seconds = seconds;
    if (!counts) {
        replay->damaged = 0;
    }
    return counts ? 1 : 0;
}

static void report_damage(const struct replay *replay)
{
    log_line(replay->journal.volume->log,
             "%s: ext4 journal cannot be replayed from transaction %u on: its checksum of block %u "
             "is wrong; files written last may be read as they were before",
             replay->journal.volume->source->name, replay->sequence, replay->damaged);
}

/* From the oldest to the last one that is whole. */
static int take_transactions(struct replay *replay)
{
    struct journal_place place = journal_start(&replay->journal);
    replay->sequence = replay->journal.sequence;
    while (place.left > 0) {
        struct journal_place put = place, forget = place;
        int found = check_transaction(replay, &place);
        if (found > 0 && replay->damaged != 0) {
            report_damage(replay);
            return 0;
        }
        if (found <= 0) {
            return found;
        }
        int error = go_through(replay, PUT, &put);
        if (error >= 0) {
            error = go_through(replay, FORGET, &forget);
        }
        if (error < 0) {
            return error;
        }
        replay->sequence++;
        replay->transactions++;
    }
    return 0;
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

static int replay_ring(struct replay *replay)
{
    const struct journal *journal = &replay->journal;
    int error = journal->start != 0 ? take_transactions(replay) : 0;
    if (error != 0) {
        return error;
    }
    return journal->has_fast_commits && replay->damaged == 0 ? mention_fast_commits(replay) : 0;
}

static int replay_journal(struct replay *replay, struct volume *volume, uint32_t number)
{
    int error = journal_open(&replay->journal, volume, number);
    if (error != 0) {
        return error;
    }
    replay->overlay = overlay_create(volume->source, volume->arena);
    return replay->overlay == NULL ? ERR_NO_MEMORY : replay_ring(replay);
}

static const char *outcome(const struct replay *replay)
{
    if (replay->damaged != 0) {
        return ", journal NOT replayed to its end";
    }
    return replay->transactions > 0 ? ", journal replayed" : ", with an empty journal";
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
    int error = replay_journal(&replay, volume, number);
    if (error == ERR_NO_MEMORY) {
        log_line(volume->log,
                 "%s: ext4 journal cannot be replayed: no memory for what it holds; files written "
                 "last may be read as they were before",
                 volume->source->name);
    }
    if (error != 0) {
        arena_release(volume->arena, mark);
        return ", journal NOT replayed";
    }
    volume->source = overlay_source(replay.overlay);
    return outcome(&replay);
}
