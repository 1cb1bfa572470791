/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a config file becomes, whatever its grammar: a tree of entries, and how their menu shows.
 */
#pragma once

#include "menu/colors.h"
#include "menu/entry.h"

struct arena;
struct grammar;
struct grub;
struct log;

enum { TIMEOUT_NEVER = -1 };

enum { CONFIG_BANNER = 40 /* lines: a third of the largest screen */ };

/* What stands before the titles; a person can type it to pick an entry. */
enum menu_labels { LABELS_NONE, LABELS_NUMBERS, LABELS_LETTERS };

/* `password [--md5] TEXT [FILE]` */
struct password {
    const char *text; /* the password, or its hash as crypt(3) writes it ("$..."); NULL: none */
    const char *file; /* another config that it opens; NULL: none, it opens this menu */
};

struct config {
    const char *name; /* where it was found, for messages: "(hd0,0)/boot/grub/menu.lst" */
    const struct grammar *grammar;
    struct grub *grub;           /* the script that it is, for boot/grub; NULL: it is none */
    struct command_list globals; /* commands that run before each entry's own */
    struct entry *root;          /* the menu's first level are its entries */
    size_t entry_count;          /* of those that boot; the numbers below are such ones' */
    size_t default_entry;        /* below entry_count unless there are none */
    bool default_saved;          /* the file `default` beside the config says which one it is */
    bool hidden;                 /* the menu shows only when somebody wants it */
    int timeout;                 /* seconds; 0: at once; TIMEOUT_NEVER: wait for a key */
    size_t *fallbacks; /* entries, tried in this order when one fails; all below entry_count */
    size_t fallback_count;
    const char *banner[CONFIG_BANNER]; /* lines; count 0: none */
    size_t banner_count;
    enum menu_labels labels;
    struct password password; /* keeps e, c and locked entries from those who do not know it */
    bool has_users;           /* the same, with users' names: its script knows them */
    struct colors colors;
};

/* A config file as it was read. */
struct config_text {
    const char *name;
    const char *bytes;
    size_t length;
};

/*
 * Parses a config in the grammar that its name or its text has (menu/grammar/grammar.h). A line
 * that is wrong is logged with file and line and skipped; the rest counts. `is_command`: is there a
 * command of this name? Returns 0 or ERR_NO_MEMORY. All results lie in the arena. Where that grammar
 * has no parser, the config has a root and no entries: boot/ makes them.
 */
int config_parse(struct config *, const struct config_text *, bool (*is_command)(const char *name),
                 struct arena *, struct log *);

/* Numbers the entries, and drops what names one that is not there; a default that is moved is logged. */
void config_finish(struct config *, struct log *);

/* Cuts one line that somebody typed or edited, in place, into a command. */
void command_parse(struct command *, char *line, const struct grammar *);

/* Reads "[--md5] TEXT [FILE]", in place. False when there is no text. */
bool password_parse(struct password *, char *arguments);
