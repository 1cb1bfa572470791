/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mapping intents, and what says that they are done. What Linux does when it recovers is to carry out those that are not,
 * in their order, once all transactions were replayed. The inode is as its transactions left it, before the intent was
 * carried out: until then nobody else can change, or free, it.
 */
#pragma once

#include "fs/key_tree.h"

struct log_intent;
struct log_item;
struct log_target;
struct xfs_remaps;

/* Those that are not done so far, in their order, and by their ids; begins with zeros. */
struct log_intents {
    struct log_intent *oldest, *newest;
    struct key_tree ids;
    struct log_intent *spare;
};

/* An intent's format, or that of one which is done. Both return 0 or an error (logged, but for memory's). */
int log_take_intent(struct log_target *, const struct log_item *);
int log_take_done(struct log_target *, const struct log_item *);

/* Makes *remaps what they want of files' maps; NULL: nothing. Returns the same. */
int log_carry_out(struct log_target *, struct xfs_remaps **);
