/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/descent.h"

#include "lib/error.h"
#include "lib/log.h"

enum { SMALLEST_ENTRY = 12 }; /* bytes of a name of one letter on ext2 and FFS */

void descent_begin(struct descent *descent, const struct volume *volume)
{
    descent->names_left = volume->source->size / SMALLEST_ENTRY;
    descent->depth = 0;
}

static bool is_same(struct node_id a, struct node_id b)
{
    return a.tree == b.tree && a.object == b.object;
}

int descent_enter(struct descent *descent, const struct node *directory)
{
    const struct volume *volume = directory->volume;
    for (unsigned i = 0; i < descent->depth; i++) {
        if (is_same(descent->directories[i], directory->id)) {
            return fail(volume->log, ERR_LOOP, "%s: the directory holds itself",
                        volume_subject(volume));
        }
    }
    if (descent->depth == DESCENT_DEPTH) {
        return fail(volume->log, ERR_TOO_LARGE, "%s: it is over %d directories deep",
                    volume_subject(volume), (int)DESCENT_DEPTH);
    }
    descent->directories[descent->depth++] = directory->id;
    return 0;
}

void descent_leave(struct descent *descent)
{
    descent->depth--;
}

int descent_next(struct descent *descent, struct node *directory, uint64_t *cursor,
                 struct dir_entry *entry)
{
    const struct volume *volume = directory->volume;
    int found = volume->type->next(directory, cursor, entry);
    if (found <= 0) {
        return found;
    }
    if (descent->names_left == 0) {
        return fail(volume->log, ERR_CORRUPT,
                    "%s: its directories hold more names than it has room for",
                    volume->source->name);
    }
    descent->names_left--;
    return found;
}
