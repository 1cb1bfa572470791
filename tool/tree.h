/* SPDX-License-Identifier: BSD-2-Clause */
/* All that is below a directory, sorted by path: each directory just before what is in it. */
#pragma once

#include <stddef.h>

#include "libpvboot/pvboot.h"

struct tree {
    struct pvboot_node
        *nodes; /* of which path, below and target are the tree's; other texts are not there */
    size_t count, room;
    bool is_damaged; /* something of it could not be read, which has been said */
};

/* Reads it. Returns 0 or an error (said): the tree can be closed all the same. */
int tree_read(struct tree *, struct pvboot *, const char *path);
void tree_close(struct tree *);

/* Which of two paths comes first: less than, equal to or greater than 0. */
int tree_order(const char *a, const char *b);
