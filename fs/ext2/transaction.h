/* SPDX-License-Identifier: BSD-2-Clause */
/* A transaction of a journal (fs/ext2/jbd2.h): blocks that it lists, blocks that it revokes, its commit. */
#pragma once

#include <stdint.h>

#include "fs/ext2/journal.h"

struct overlay;

/*
 * It is gone through three times: to see whether it is whole, to put its blocks over the volume, and
 * to forget what it revokes.
 */
enum transaction_pass { TRANSACTION_CHECK, TRANSACTION_PUT, TRANSACTION_FORGET };

struct transaction {
    struct journal *journal;
    struct overlay *overlay;
    uint32_t sequence; /* its number */
    enum transaction_pass pass;
    uint32_t damaged; /* the first block of the journal in it that is not whole; 0: all are */
    uint64_t seconds; /* when it was committed; UINT64_MAX where the commit is not whole */
};

/*
 * Goes through the transaction that begins at *place, and moves that after it. Returns 1 once its
 * commit is in journal->block, 0 when it has none, or an error (logged but for ERR_NO_MEMORY).
 */
int transaction_go_through(struct transaction *, enum transaction_pass, struct journal_place *);
