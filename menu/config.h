/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What menu.lst and boot.cfg both become: a list of entries, each a list of commands. A command is
 * a name and the rest of its line; what it means is decided by boot/commands.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "menu/colors.h"

struct arena;
struct log;

struct command {
    const char *name; /* "kernel" */
    const char
        *arguments; /* the rest of the line, blanks trimmed at both ends; "" when there are none */
    unsigned line;  /* in its file, from 1; 0: it was typed */
};

struct command_list {
    struct command *commands;
    size_t count;
};

struct entry {
    const char *title;
    struct command_list body;
};

enum { TIMEOUT_NEVER = -1 };

enum config_grammar { GRAMMAR_MENU_LST, GRAMMAR_BOOT_CFG };

/* What stands before the titles; a person can type it to pick an entry. */
enum menu_labels { LABELS_NONE, LABELS_NUMBERS, LABELS_LETTERS };

/* `password [--md5] TEXT [FILE]` */
struct password {
    const char *text; /* the password, or its hash as crypt(3) writes it ("$..."); NULL: none */
    const char *file; /* another config that it opens; NULL: none, it opens this menu */
};

struct config {
    const char *name; /* where it was found, for messages: "(hd0,0)/boot/grub/menu.lst" */
    enum config_grammar grammar;
    struct command_list
        globals; /* commands before the first entry that boot/ runs (root, ...), in order */
    struct entry *entries;
    size_t entry_count;
    size_t default_entry; /* from 0, below entry_count unless there are none */
    bool default_saved;   /* the file `default` beside the config says which one it is */
    bool hidden;          /* the menu shows only when somebody wants it */
    int timeout;          /* seconds; 0: at once; TIMEOUT_NEVER: wait for a key */
    size_t *
        fallbacks; /* entries (from 0), tried in this order when one fails; all below entry_count */
    size_t fallback_count;
    const char **banner; /* lines; count 0: the built-in one */
    size_t banner_count;
    enum menu_labels labels;
    struct password password; /* keeps e, c and locked entries from those who do not know it */
    struct colors colors;
};

/*
 * Parses `length` bytes of a config file called `name`; a file whose last component is boot.cfg, or
 * whose text looks like one, has boot.cfg's grammar, any other menu.lst's. A line that is wrong is
 * logged with file and line and skipped; the rest counts. Returns 0 or ERR_NO_MEMORY. All results
 * lie in the arena.
 */
int config_parse(struct config *, const char *name, const char *text, size_t length, struct arena *,
                 struct log *);

/* Cuts one line that somebody typed or edited, in place, into a command. */
void command_parse(struct command *, char *line, enum config_grammar);

/* Reads "[--md5] TEXT [FILE]", in place. False when there is no text. */
bool password_parse(struct password *, char *arguments);
