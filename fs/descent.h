/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking through a whole tree that nobody trusts: a damaged directory can hold itself, and many
 * can hold the same ones. The descent keeps the directories that it is in, and counts the names: a
 * file system cannot have more than it has room for.
 *
 *      descent_begin
 *      descent_enter /            descent_next ... "boot"
 *      descent_enter /boot        descent_next ... "grub", ..., the end
 *      descent_leave              descent_next ... the end
 *      descent_leave
 */
#pragma once

#include "fs/fs.h"

enum { DESCENT_DEPTH = 512 };

struct descent {
    uint64_t names_left;
    unsigned depth;
    struct node_id directories[DESCENT_DEPTH]; /* from the first one to the one that it is in */
};

void descent_begin(struct descent *, const struct volume *);

/*
 * Goes into a directory. ERR_LOOP when the descent is in it already; ERR_TOO_LARGE when it is in
 * DESCENT_DEPTH others. Logged.
 */
int descent_enter(struct descent *, const struct node *directory);

void descent_leave(struct descent *);

/*
 * The next entry of a directory, as fs_type.next says; ERR_CORRUPT (logged) when there have been
 * more than the file system has room for.
 */
int descent_next(struct descent *, struct node *directory, uint64_t *cursor, struct dir_entry *);
