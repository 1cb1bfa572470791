/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GRUB's environment block ("GNU GRUB manual 2.12", chapter 15.2): variables in a file of a size that
 * never changes, so that it can be rewritten in place.
 *
 *      # GRUB Environment Block\n
 *      saved_entry=Debian GNU/Linux\n
 *      kernelopts=a\\b\n                    a backslash stands before a backslash or a newline of the value
 *      ####################...#            up to the end
 */
#pragma once

#include <stddef.h>

#include "boot/script/variables.h"

/* The file's bytes, all of them. */
struct grubenv {
    char *bytes;
    size_t size;
};

/* Does it begin as one, and does every variable have an end? */
bool grubenv_is_valid(const struct grubenv *);

/*
 * Sets the variables that the block has: those in `names` (NULL after the last one), or all where
 * `names` is NULL. The arena is used for the time of the call, and is not the variables' own. Returns 0
 * or ERR_NO_MEMORY.
 */
int grubenv_load(const struct grubenv *, const char *const *names, struct variables *,
                 struct arena *);

/*
 * Puts a variable into the block, or in place of its old value. Returns 0, ERR_TOO_LARGE (there is
 * no room, and nothing has changed) or ERR_INVALID (such a name cannot be kept). Neither is logged.
 */
int grubenv_set(struct grubenv *, const char *name, const char *value);

/* Takes a variable out; one that is not there is none. */
void grubenv_unset(struct grubenv *, const char *name);
