/* SPDX-License-Identifier: BSD-2-Clause */
/* After Knuth, "The Art of Computer Programming", volume 3, section 6.3. */
#include "fs/key_tree.h"

#include <stddef.h>

/* Where the entry with this key is, or NULL would become it. */
static struct key_entry **place_of(struct key_entry **place, uint64_t key)
{
    for (uint64_t bits = key; *place != NULL && (*place)->key != key; bits >>= 1) {
        place = &(*place)->below[bits & 1];
    }
    return place;
}

struct key_entry *key_tree_find(const struct key_tree *tree, uint64_t key)
{
    struct key_entry *top = tree->top;
    return *place_of(&top, key);
}

void key_tree_put(struct key_tree *tree, struct key_entry *entry)
{
    struct key_entry **place = place_of(&tree->top, entry->key), *there = *place;
    for (unsigned side = 0; side < 2; side++) {
        entry->below[side] = there != NULL ? there->below[side] : NULL;
    }
    *place = entry;
}

/* The place of an entry below which there is none. */
static struct key_entry **lowest(struct key_entry **place)
{
    while ((*place)->below[0] != NULL || (*place)->below[1] != NULL) {
        place = &(*place)->below[(*place)->below[0] == NULL];
    }
    return place;
}

/* Any entry below it can be in its place: all of their bits so far are the same. */
void key_tree_remove(struct key_tree *tree, uint64_t key)
{
    struct key_entry **place = place_of(&tree->top, key), *removed = *place;
    if (removed == NULL) {
        return;
    }
    struct key_entry **last = lowest(place), *heir = *last;
    *last = NULL;
    if (heir != removed) {
        heir->below[0] = removed->below[0];
        heir->below[1] = removed->below[1];
        *place = heir;
    }
}
