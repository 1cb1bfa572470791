/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entries of a menu: a tree, for an entry is a list of commands, or a submenu of more entries.
 * Those that boot are numbered depth first; a submenu has no number.
 *
 *      root   Debian                 0
 *             Advanced options
 *                 Debian, 6.1        1
 *                 Debian, 5.10       2
 *             Memory test            3
 *
 * A command is a name and the rest of its line; what it means is decided by boot/commands. Of a
 * grub.cfg an entry is a block of its script, which boot/grub runs.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct command {
    const char *name; /* "kernel" */
    const char
        *arguments; /* the rest of the line, blanks trimmed at both ends; "" when there are none */
    const char *file; /* where it stands, for messages; NULL: it was typed */
    unsigned line;    /* in the file, from 1; 0: the file is one entry */
    struct command *next;
};

struct command_list {
    struct command *first, *last;
};

struct block;

struct entry {
    const char *title;
    const char *id;           /* by which a default can name it; NULL: only by its title */
    int hotkey;               /* that boots it, a key of menu/view/keys.h; 0: none */
    const char *users;        /* who may boot it beside the superusers; NULL: not said */
    bool unrestricted;        /* everybody may */
    bool disabled;            /* it is shown, but its menu does not let it be chosen */
    size_t number;            /* of one that boots */
    struct command_list body; /* likewise */

    const struct block *block; /* of a script (menu/grub_cfg/tree.h); NULL: it has a body */
    const char *const *words;  /* its parameters, after the command's name; the first: its title */
    size_t word_count;         /* with that name */

    struct entry *parent; /* NULL: this is the root */
    struct entry *next;   /* of the same parent */
    size_t index;         /* among those of its parent */
    struct entry *first, *last;
    size_t count;    /* of a submenu's own entries */
    bool is_submenu; /* it has entries, and a block only makes them */
};

/* Adds a command at the end. */
void command_list_add(struct command_list *, struct command *);

/* Adds an entry at the end of a submenu's. */
void entry_add(struct entry *submenu, struct entry *);

/* The first entry of a tree that boots; the root itself where there is none. */
struct entry *entry_first(struct entry *);

/* The one that boots after this one, depth first; NULL after the last one. */
struct entry *entry_next(struct entry *);

/* Numbers those that boot. Returns how many they are. */
size_t entry_number_all(struct entry *root);

/* The one with this number, or NULL. */
struct entry *entry_find(struct entry *root, size_t number);

/* A submenu's entry; `index` is below its count. */
struct entry *entry_at(const struct entry *submenu, size_t index);
