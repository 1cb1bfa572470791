/* SPDX-License-Identifier: BSD-2-Clause */
/* What the items of a transaction change. */
#pragma once

#include <stdint.h>

#include "fs/xfs/log.h"
#include "fs/xfs/log_cancel.h"
#include "fs/xfs/log_intents.h"
#include "fs/xfs/patches.h"

/*
 * Each transaction is gone through more than once. Before any is replayed, what all of them cancel
 * is known; of each the buffers come first, then the inodes in them, and what it cancels can be
 * replayed after it.
 */
enum log_pass { PASS_CANCEL, PASS_BUFFERS, PASS_INODES, PASS_UNCANCEL };

/* What is replayed into. */
struct log_target {
    struct xfs_log *log;
    struct xfs_patches *patches;
    struct log_cancels cancels;
    struct log_intents intents;
};

enum { ITEM_FORMAT_LIMIT = 1024 };

/* An item, region by region. */
struct log_item {
    uint64_t lsn; /* of its transaction */
    enum log_pass pass;
    uint8_t format[ITEM_FORMAT_LIMIT]; /* the first region */
    uint32_t format_size;
    uint32_t regions, taken; /* that it has, and that were taken */
    uint32_t piece;          /* of a buffer: where the bitmap goes on */
    bool skipped;            /* what is on the disk is as new */
};

/* Takes an item's next region. Returns 0 or an error (logged, but for memory's). */
int log_take_region(struct log_target *, struct log_item *, const uint8_t *bytes, uint32_t length);
