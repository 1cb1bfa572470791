/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A digital search tree: what has numbers for keys, which a disk can choose, found in 65 steps at most. A key's bits, the
 * lowest first, say on which side of those above it an entry is:
 *
 *                 100
 *        bit 0:  0   1
 *             010     111
 *    bit 1:  0   1
 *         000     110
 */
#pragma once

#include <stdint.h>

/* Lies in what is kept, as its first member. */
struct key_entry {
    uint64_t key;
    struct key_entry *below[2];
};

/* Begins with zeros. */
struct key_tree {
    struct key_entry *top;
};

/* The entry with this key, or NULL. */
struct key_entry *key_tree_find(const struct key_tree *, uint64_t key);

/* Adds an entry, in the place of the one with the same key if there is one. */
void key_tree_put(struct key_tree *, struct key_entry *);

/* Takes out the entry with this key, if there is one. */
void key_tree_remove(struct key_tree *, uint64_t key);
