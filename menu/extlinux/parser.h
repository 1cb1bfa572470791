/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the parser's files share: its state, and a table of keywords for each of them.
 *
 *      extlinux.c      lines, files that are included -> a keyword of one of the tables
 *      config_lines.c  DEFAULT, TIMEOUT, UI ...: the config as a whole
 *      menu_lines.c    MENU ...: its menus
 *      entry_lines.c   LABEL, KERNEL, APPEND ...: an entry
 */
#pragma once

#include "menu/extlinux/extlinux.h"

enum { EXTLINUX_SUBMENUS = 16 /* inside of each other */ };

/* A menu that is being read: the config's own, or a submenu. */
struct extlinux_menu {
    struct extlinux_entry *owner; /* NULL: the config's own */
    struct extlinux_entry **end;  /* where its next entry goes */
};

struct extlinux_parser {
    struct extlinux_config *config;
    struct extlinux_files *files;
    struct arena *arena;
    struct log *log;
    const char *file; /* that is being read, and its line */
    unsigned line;
    struct extlinux_menu menus[EXTLINUX_SUBMENUS];
    unsigned menu;                /* the innermost one */
    struct extlinux_entry *entry; /* whose LABEL came last; NULL: none in this menu */
    const char *append;           /* for entries that have none of their own */
    bool in_text;                 /* between TEXT HELP and ENDTEXT */
    unsigned depth;               /* of INCLUDEs */
    unsigned files_read;
};

/* Takes what stands after its name, which it may cut. Returns 0 or ERR_NO_MEMORY. */
struct extlinux_keyword {
    const char *name; /* NULL: after the last one */
    int (*parse)(struct extlinux_parser *, char *value);
};

extern const struct extlinux_keyword extlinux_config_keywords[], extlinux_menu_keywords[],
    extlinux_entry_keywords[];

/* "FILE:LINE: what: "found"" */
void extlinux_complain(const struct extlinux_parser *, const char *what, const char *found);

/* INCLUDE, in the menu too. */
int extlinux_include(struct extlinux_parser *, char *value);

/* A new entry in the menu that is being read. Returns 0 or ERR_NO_MEMORY. */
int extlinux_add_entry(struct extlinux_parser *, enum extlinux_kind);

/* The end of an entry, if one has begun: all of its lines are known. Returns 0 or ERR_NO_MEMORY. */
int extlinux_end_entry(struct extlinux_parser *);

/* The end of the innermost submenu. Returns 0 or ERR_NO_MEMORY. */
int extlinux_close_menu(struct extlinux_parser *);
