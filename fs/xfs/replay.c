/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The operations of transactions lie in the log one among the other. Each is gone through when its
 * commit is found, from where it started; one without a commit was never finished, and does not
 * count.
 */
#include "fs/xfs/replay.h"

#include <string.h>

#include "fs/xfs/disk.h"
#include "fs/xfs/log.h"
#include "fs/xfs/log_items.h"
#include "fs/xfs/patches.h"
#include "fs/xfs/xfs.h"
#include "fs/xfs/xlog.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    OPEN_LIMIT = 64,          /* transactions that are written at a time */
    REGION_LIMIT = 160 << 10, /* bytes: a block of 64 KiB, and attributes that are passed over */
    HEADER_SIZE = 16,         /* of a transaction: its first region */
    LOG_FEATURES = 0x1,       /* attributes, which are not read */
    SB_FEATURES_LOG = 220,
};

struct open_transaction {
    bool used;
    uint32_t number;
    uint64_t lsn;
    struct log_place start; /* after the operation that says so */
};

struct replay {
    struct xfs_log log;
    struct log_target target;
    struct open_transaction open[OPEN_LIMIT];
    struct log_item item;
    uint8_t *region; /* what is there of the one that is being put together */
    uint32_t region_size;
    bool has_header; /* of the transaction: the next region is an item's */
    struct xfs_remaps *remaps;
};

/* ---- regions -------------------------------------------------------------------------------- */

static int take_region(struct replay *replay, const uint8_t *bytes, uint32_t length)
{
    if (!replay->has_header) {
        replay->has_header = true;
        return length == HEADER_SIZE ? 0 : log_wrong(&replay->log, "transaction's header");
    }
    return log_take_region(&replay->target, &replay->item, bytes, length);
}

/* A region, or a part of one. */
static int take_operation(struct replay *replay, const struct log_operation *operation)
{
    bool continues = (operation->flags & OPERATION_CONTINUES) != 0;
    bool continued = (operation->flags & OPERATION_CONTINUED) != 0;
    if (!continued) {
        replay->region_size = 0;
    }
    if (!continued && !continues) {
        return take_region(replay, operation->bytes, operation->length);
    }
    if (operation->length > REGION_LIMIT - replay->region_size) {
        return log_wrong(&replay->log, "region's length");
    }
    memcpy(replay->region + replay->region_size, operation->bytes, operation->length);
    replay->region_size += operation->length;
    return continues ? 0 : take_region(replay, replay->region, replay->region_size);
}

/* ---- transactions --------------------------------------------------------------------------- */

/* Goes through a transaction that was committed. */
static int go_through(struct replay *replay, const struct open_transaction *transaction,
                      enum log_pass pass)
{
    struct log_place place = transaction->start;
    struct log_operation operation;
    int found;
    replay->item = (struct log_item){.lsn = transaction->lsn, .pass = pass};
    replay->has_header = false;
    while ((found = log_next(&replay->log, &place, &operation)) > 0) {
        if (operation.transaction != transaction->number) {
            continue;
        }
        if ((operation.flags & OPERATION_COMMIT) != 0) {
            return 0;
        }
        int error = take_operation(replay, &operation);
        if (error != 0) {
            return error;
        }
    }
    return found;
}

static int commit(struct replay *replay, const struct open_transaction *transaction, bool is_first)
{
    static const enum log_pass passes[] = {PASS_BUFFERS, PASS_INODES, PASS_UNCANCEL};
    if (is_first) {
        return go_through(replay, transaction, PASS_CANCEL);
    }
    for (size_t i = 0; i < sizeof passes / sizeof passes[0]; i++) {
        int error = go_through(replay, transaction, passes[i]);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* The transaction of this number that is open, or one that is not; NULL: there is none. */
static struct open_transaction *find_open(struct replay *replay, uint32_t number, bool used)
{
    for (unsigned i = 0; i < OPEN_LIMIT; i++) {
        struct open_transaction *open = &replay->open[i];
        if (open->used == used && (!used || open->number == number)) {
            return open;
        }
    }
    return NULL;
}

static int start(struct replay *replay, const struct log_operation *operation,
                 const struct log_place *place)
{
    struct open_transaction *open = find_open(replay, operation->transaction, true);
    open = open != NULL ? open : find_open(replay, 0, false);
    if (open == NULL) {
        return log_wrong(&replay->log, "number of open transactions");
    }
    *open = (struct open_transaction){
        .used = true, .number = operation->transaction, .lsn = operation->lsn, .start = *place};
    return 0;
}

/* From tail to head: first what is cancelled, and then all of it. */
static int take_all(struct replay *replay, bool is_first)
{
    struct log_place place = log_begin(&replay->log);
    struct log_operation operation;
    int found;
    memset(replay->open, 0, sizeof replay->open);
    while ((found = log_next(&replay->log, &place, &operation)) > 0) {
        struct open_transaction *open = find_open(replay, operation.transaction, true);
        int error = 0;
        if ((operation.flags & OPERATION_START) != 0) {
            error = start(replay, &operation, &place);
        } else if ((operation.flags & OPERATION_COMMIT) != 0 && open != NULL) {
            open->used = false;
            error = commit(replay, open, is_first);
        }
        if (error != 0) {
            return error;
        }
    }
    return found;
}

/* --------------------------------------------------------------------------------------------- */

static int make_room(struct replay *replay, struct volume *volume)
{
    replay->region = arena_alloc(volume->arena, REGION_LIMIT);
    replay->target.log = &replay->log;
    replay->target.patches = patches_create(volume);
    return replay->region == NULL || replay->target.patches == NULL ? ERR_NO_MEMORY : 0;
}

/* What the log holds is left out, and that is said. */
static const char *leave_out(const struct volume *volume, const char *why)
{
    log_line(volume->log,
             "%s: XFS log is not replayed: %s; files written last may be read as they were before",
             volume->source->name, why);
    return ", log NOT replayed";
}

static int replay_log(struct replay *replay, struct volume *volume)
{
    int error = make_room(replay, volume);
    if (error != 0) {
        return error;
    }
    error = take_all(replay, true);
    if (error != 0) {
        return error;
    }
    error = take_all(replay, false);
    return error != 0 ? error : log_carry_out(&replay->target, &replay->remaps);
}

/* The log has changes. */
static const char *replay_dirty(struct replay *replay, struct volume *volume, const uint8_t *super)
{
    struct xfs *xfs = volume->private;
    if (xfs->has_checksums && (be32(super + SB_FEATURES_LOG) & ~(uint32_t)LOG_FEATURES) != 0) {
        return leave_out(volume, "it has features of the future");
    }
    int error = replay_log(replay, volume);
    if (error == ERR_NO_MEMORY) {
        return leave_out(volume, "no memory for what it holds");
    }
    if (error != 0) {
        return ", log NOT replayed";
    }
    xfs->patches = replay->target.patches;
    xfs->remaps = replay->remaps;
    volume->source = patches_source(xfs->patches);
    return replay->log.damaged ? ", log NOT replayed to its end" : ", log replayed";
}

const char *xfs_replay(struct volume *volume, const uint8_t *super, bool *clean)
{
    struct xfs *xfs = volume->private;
    if (be64(super + SB_LOG_START) == 0) {
        return leave_out(volume, "it lies on another device");
    }
    size_t mark = arena_mark(volume->arena);
    struct replay *replay = arena_alloc(volume->arena, sizeof *replay);
    int error = replay != NULL ? log_open(&replay->log, volume, super) : ERR_NO_MEMORY;
    *clean = error == 0 && replay->log.clean;
    const char *words = ", log NOT replayed";
    if (error == ERR_NO_MEMORY) {
        words = leave_out(volume, "no memory for what it holds");
    } else if (error == 0) {
        words = *clean ? "" : replay_dirty(replay, volume, super);
    }
    if (xfs->patches == NULL) {
        arena_release(volume->arena, mark);
    }
    return words;
}
