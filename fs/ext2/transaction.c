/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ext2/transaction.h"

#include <stddef.h>

#include "fs/ext2/jbd2.h"
#include "fs/overlay.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

/* The byte of the volume at which a block lies; one that is past every volume's end, if none does. */
static uint64_t offset_of(const struct transaction *transaction, uint64_t block)
{
    uint64_t offset;
    return checked_mul(block, transaction->journal->block_size, &offset) ? offset : UINT64_MAX;
}

/* Logs the overlay's errors, but for memory's. */
static int wrong_block(const struct transaction *transaction, int error)
{
    return error == ERR_RANGE ? journal_wrong(transaction->journal, "list of blocks") : error;
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

static int put_block(struct transaction *transaction, uint32_t block, const struct tag *tag)
{
    static const uint8_t magic[] = {0xC0, 0x3B, 0x39, 0x98};
    uint64_t offset = offset_of(transaction, tag->block), place;
    int error = journal_where(transaction->journal, block, &place);
    if (error != 0) {
        return error;
    }
    error = overlay_put(transaction->overlay, offset, transaction->journal->block_size, place);
    if (error == 0 && (tag->flags & TAG_ESCAPED) != 0) {
        error = overlay_put_memory(transaction->overlay, offset, sizeof magic, magic);
    }
    return wrong_block(transaction, error);
}

static void note_damage(struct transaction *transaction, uint32_t block)
{
    transaction->damaged = transaction->damaged == 0 ? block : transaction->damaged;
}

static int check_block(struct transaction *transaction, uint32_t block, const struct tag *tag)
{
    bool whole;
    int error = journal_check_listed(transaction->journal, block, tag->checksum, &whole);
    if (error == 0 && !whole) {
        note_damage(transaction, block);
    }
    return error;
}

/* A block that is listed. Returns 0 or an error (logged but for memory's). */
static int take_listed(struct transaction *transaction, uint32_t block, const struct tag *tag)
{
    switch (transaction->pass) {
    case TRANSACTION_CHECK:
        return check_block(transaction, block, tag);
    case TRANSACTION_PUT:
        return put_block(transaction, block, tag);
    default:
        return 0;
    }
}

/*
 * The descriptor in journal->block and what it lists, from *place on. Returns 0 or an error (logged
 * but for memory's).
 */
static int take_descriptor(struct transaction *transaction, struct journal_place *place)
{
    struct journal *journal = transaction->journal;
    struct tag tag = {.flags = 0};
    size_t at = JH_SIZE;
    while ((tag.flags & TAG_LAST) == 0 && place->left > 0 && read_tag(journal, at, &tag)) {
        int error = take_listed(transaction, place->block, &tag);
        if (error != 0) {
            return error;
        }
        journal_pass(journal, place);
        at += tag.size;
    }
    return 0;
}

/* ---- revocations ---------------------------------------------------------------------------- */

static int forget_block(struct transaction *transaction, const uint8_t *bytes)
{
    uint64_t block = transaction->journal->is_64bit ? be64(bytes) : be32(bytes);
    int error = overlay_forget(transaction->overlay, offset_of(transaction, block),
                               transaction->journal->block_size);
    return wrong_block(transaction, error);
}

/* The revocation in journal->block. Returns 0 or an error (logged but for memory's). */
static int take_revocation(struct transaction *transaction)
{
    const struct journal *journal = transaction->journal;
    size_t end = be32(journal->block + JR_SIZE), size = journal->is_64bit ? 8 : 4;
    if (transaction->pass != TRANSACTION_FORGET) {
        return 0;
    }
    if (end > journal_room(journal)) {
        return journal_wrong(journal, "revocations' size");
    }
    for (size_t at = JR_BLOCKS; at + size <= end; at += size) {
        int error = forget_block(transaction, journal->block + at);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- the whole ------------------------------------------------------------------------------ */

/*
 * Moves *place to the next block. Returns the type that its header says, 0 when it is none of the
 * transaction's own, or an error.
 */
static int read_next(struct transaction *transaction, struct journal_place *place, bool *whole)
{
    struct journal *journal = transaction->journal;
    int type = journal_read_header(journal, place->block, transaction->sequence, whole);
    if (type > 0 && !*whole) {
        note_damage(transaction, place->block);
    }
    if (type == JBD2_COMMIT) {
        transaction->seconds = *whole ? be64(journal->block + JC_SECONDS) : UINT64_MAX;
    }
    journal_pass(journal, place);
    return type;
}

/*
 * What a damaged descriptor lists is not known, nor where it ends: was the transaction committed?
 * Returns as transaction_go_through does.
 */
static int find_commit(struct transaction *transaction, struct journal_place *place)
{
    bool whole;
    while (place->left > 0) {
        int type = read_next(transaction, place, &whole);
        if (type < 0 || (type == JBD2_COMMIT && whole)) {
            return type < 0 ? type : 1;
        }
    }
    return 0;
}

int transaction_go_through(struct transaction *transaction, enum transaction_pass pass,
                           struct journal_place *place)
{
    bool whole;
    transaction->pass = pass;
    while (place->left > 0) {
        int type = read_next(transaction, place, &whole);
        if (type <= 0) {
            return type; /* what follows is older, or was never finished */
        }
        if (type == JBD2_COMMIT) {
            return 1;
        }
        if (type == JBD2_DESCRIPTOR && !whole) {
            return find_commit(transaction, place);
        }
        int error = type == JBD2_DESCRIPTOR ? take_descriptor(transaction, place)
                                            : take_revocation(transaction);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}
