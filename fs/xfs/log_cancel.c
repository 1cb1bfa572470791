/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/xfs/log_cancel.h"

#include <stddef.h>

#include "lib/arena.h"
#include "lib/error.h"

/* Buffers of one length that begin at one place. */
struct cancelled {
    struct key_entry
        entry; /* first: a struct key_entry * is a struct cancelled *; the key is their length */
    uint64_t count; /* of transactions that cancel one and are not past */
};

/* Those of all lengths that begin there. */
struct cancelled_place {
    struct key_entry entry; /* first, likewise; the key is the place */
    struct key_tree lengths;
    uint64_t count;
};

static struct cancelled_place *find_place(const struct log_cancels *cancels, uint64_t place)
{
    return (struct cancelled_place *)key_tree_find(&cancels->places, place);
}

static struct cancelled *find(const struct cancelled_place *place, uint32_t length)
{
    return place != NULL ? (struct cancelled *)key_tree_find(&place->lengths, length) : NULL;
}

bool cancels_have(const struct log_cancels *cancels, uint64_t place, uint32_t length)
{
    const struct cancelled *cancelled = find(find_place(cancels, place), length);
    return cancelled != NULL && cancelled->count > 0;
}

bool cancels_begin(const struct log_cancels *cancels, uint64_t place)
{
    const struct cancelled_place *found = find_place(cancels, place);
    return found != NULL && found->count > 0;
}

static struct cancelled_place *add_place(struct log_cancels *cancels, struct arena *arena,
                                         uint64_t place)
{
    struct cancelled_place *added = arena_alloc(arena, sizeof *added);
    if (added != NULL) {
        *added = (struct cancelled_place){.entry.key = place};
        key_tree_put(&cancels->places, &added->entry);
    }
    return added;
}

static struct cancelled *add_length(struct cancelled_place *place, struct arena *arena,
                                    uint32_t length)
{
    struct cancelled *added = arena_alloc(arena, sizeof *added);
    if (added != NULL) {
        *added = (struct cancelled){.entry.key = length};
        key_tree_put(&place->lengths, &added->entry);
    }
    return added;
}

int cancels_add(struct log_cancels *cancels, struct arena *arena, uint64_t place, uint32_t length)
{
    struct cancelled_place *at = find_place(cancels, place);
    at = at != NULL ? at : add_place(cancels, arena, place);
    if (at == NULL) {
        return ERR_NO_MEMORY;
    }
    struct cancelled *cancelled = find(at, length);
    cancelled = cancelled != NULL ? cancelled : add_length(at, arena, length);
    if (cancelled == NULL) {
        return ERR_NO_MEMORY;
    }
    at->count++;
    cancelled->count++;
    return 0;
}

void cancels_pass(struct log_cancels *cancels, uint64_t place, uint32_t length)
{
    struct cancelled_place *at = find_place(cancels, place);
    struct cancelled *cancelled = find(at, length);
    if (cancelled != NULL && cancelled->count > 0) {
        cancelled->count--;
        at->count--;
    }
}
