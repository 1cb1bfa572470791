/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `menuentry` and `submenu` say ("GNU GRUB manual 2.12", chapter 16.1.1):
 *
 *      menuentry TITLE [--class C]... [--users U] [--hotkey K] [--id ID] [--unrestricted] [WORD]... { ... }
 */
#pragma once

#include "boot/script/script.h"

struct menuentry {
    bool is_submenu;
    const char *id;     /* NULL: it has none, and is named by its title */
    const char *users;  /* who may boot it, beside the superusers; NULL: that was not said */
    const char *hotkey; /* "x", or a key's name; NULL: none */
    bool unrestricted;  /* everybody may boot it */

    /* For script_run_block(): the command's name, the title as $1, and the other words. */
    const char *const *words;
    size_t count;
    const struct block *block;
};

static inline const char *menuentry_title(const struct menuentry *entry)
{
    return entry->words[1];
}

/*
 * Reads the words of such a command. Returns 0, ERR_NO_MEMORY, or what is wrong (logged): there is no title
 * or no block, an option is not known, or the block came as a word and has an error. All but a block's tree
 * lies in the arena.
 */
int menuentry_parse(const struct script_call *, struct menuentry *, struct arena *);

/*
 * Does a path to an entry, "submenu>entry", begin with this one? A part of it is a number (from 0,
 * in its menu), a title or an id; a '>' of a title's own is doubled. `index` is the entry's in its
 * menu. Returns the rest of the path, "" at its end; NULL: it is another one.
 */
const char *menuentry_match(const struct menuentry *, size_t index, const char *path);
