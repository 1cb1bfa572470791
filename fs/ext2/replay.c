/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Transactions are taken one after the other. The last one may lack its commit: the power went while
 * it was written, and it does not count. One that was committed and yet is damaged is an error, as it
 * is to Linux, which then does not mount; for whoever only reads, what was committed before it is
 * still better than the disk without it.
 */
#include "fs/ext2/replay.h"

#include <stddef.h>

#include "fs/ext2/blocks.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "fs/ext2/fast_commit.h"
#include "fs/ext2/jbd2.h"
#include "fs/ext2/journal.h"
#include "fs/ext2/transaction.h"
#include "fs/overlay.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

struct replay {
    struct journal journal;
    struct transaction transaction; /* the next one */
    uint64_t seconds;               /* when the one before it was committed */
    uint32_t count;                 /* that were replayed */
    bool damaged;                   /* there is one that could not be */
};

/* What comes next in the ring. */
enum next { NEXT_NONE, NEXT_WHOLE, NEXT_DAMAGED };

/*
 * Looks at the transaction from *place on, and moves that after it. Returns an enum next or an error.
 * A journal can be made where one was before: what is damaged, and was committed before the last
 * transaction, is nothing that came after it.
 */
static int look_at_next(struct replay *replay, struct journal_place *place)
{
    struct transaction *transaction = &replay->transaction;
    transaction->damaged = 0;
    int committed = transaction_go_through(transaction, TRANSACTION_CHECK, place);
    if (committed <= 0) {
        return committed < 0 ? committed : NEXT_NONE;
    }
    if (transaction->damaged != 0) {
        return transaction->seconds >= replay->seconds ? NEXT_DAMAGED : NEXT_NONE;
    }
    replay->seconds = transaction->seconds;
    return NEXT_WHOLE;
}

static void report_damage(const struct replay *replay)
{
    log_line(
        replay->journal.volume->log,
        "%s: ext4 journal cannot be replayed from transaction %u on: the checksum of its block "
        "%u is wrong; files written last may be read as they were before",
        replay->journal.volume->source->name, replay->transaction.sequence,
        replay->transaction.damaged);
}

/* Replays the transaction from `place` on, which is whole. */
static int take_transaction(struct replay *replay, struct journal_place place)
{
    struct journal_place again = place;
    int done = transaction_go_through(&replay->transaction, TRANSACTION_PUT, &place);
    if (done >= 0) {
        done = transaction_go_through(&replay->transaction, TRANSACTION_FORGET, &again);
    }
    replay->transaction.sequence++;
    replay->count++;
    return done < 0 ? done : 0;
}

/* From the oldest to the last one that is whole. */
static int take_transactions(struct replay *replay)
{
    struct journal_place place = journal_start(&replay->journal), start = place;
    int next;
    while ((next = look_at_next(replay, &place)) == NEXT_WHOLE) {
        int error = take_transaction(replay, start);
        if (error != 0) {
            return error;
        }
        start = place;
    }
    if (next == NEXT_DAMAGED) {
        report_damage(replay);
        replay->damaged = true;
    }
    return next < 0 ? next : 0;
}

/* The volume as transactions have left it, from the next inode on. */
static void read_through_overlay(struct replay *replay)
{
    struct volume *volume = replay->journal.volume;
    struct ext2 *ext2 = volume->private;
    volume->source = overlay_source(replay->transaction.overlay);
    ext2_blocks_forget(ext2->blocks);
    ext2->table->block = 0;
}

/* Fast commits count past the last transaction. */
static int take_fast_commits(struct replay *replay)
{
    const struct transaction *transaction = &replay->transaction;
    read_through_overlay(replay);
    int count =
        ext2_replay_fast_commits(&replay->journal, transaction->overlay, transaction->sequence);
    if (count == ERR_UNSUPPORTED) {
        replay->damaged = true;
        return 0;
    }
    replay->count += count > 0 ? (uint32_t)count : 0;
    return count < 0 ? count : 0;
}

/* --------------------------------------------------------------------------------------------- */

static int replay_ring(struct replay *replay)
{
    const struct journal *journal = &replay->journal;
    if (journal->start == 0) {
        return 0;
    }
    int error = take_transactions(replay);
    if (error != 0) {
        return error;
    }
    return journal->has_fast_commits && !replay->damaged ? take_fast_commits(replay) : 0;
}

static int replay_journal(struct replay *replay, struct volume *volume, uint32_t number)
{
    const struct ext2 *ext2 = volume->private;
    const struct source *device = number == 0 ? ext2->journal : NULL;
    int error = journal_open(&replay->journal, volume, number, device);
    if (error != 0) {
        return error;
    }
    const struct source *from = device != NULL ? device : volume->source;
    replay->transaction = (struct transaction){
        .journal = &replay->journal,
        .overlay = overlay_create_from(volume->source, from, volume->arena),
        .sequence = replay->journal.sequence,
    };
    return replay->transaction.overlay == NULL ? ERR_NO_MEMORY : replay_ring(replay);
}

static const char *outcome(const struct replay *replay)
{
    if (replay->damaged) {
        return ", journal NOT replayed to its end";
    }
    return replay->count > 0 ? ", journal replayed" : ", with an empty journal";
}

const char *ext2_replay(struct volume *volume, const uint8_t *super)
{
    const struct ext2 *ext2 = volume->private;
    struct replay replay = {0};
    uint32_t number = le32(super + S_JOURNAL_INODE);
    if ((le32(super + S_FEATURE_INCOMPAT) & INCOMPAT_RECOVER) == 0) {
        return "";
    }
    if (number == 0 && ext2->journal == NULL) {
        log_line(volume->log,
                 "%s: ext4 journal cannot be replayed: it lies on another device, which is not "
                 "there; files written last may be read as they were before",
                 volume->source->name);
        return ", journal NOT replayed";
    }
    const struct source *below = volume->source;
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
        volume->source = below;
        return ", journal NOT replayed";
    }
    volume->source = overlay_source(replay.transaction.overlay);
    return outcome(&replay);
}
