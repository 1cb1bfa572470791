/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The menu as a state machine: keys and seconds in, a screen out. It neither waits nor boots;
 * boot/main.c does.
 *
 *       pvboot                                   (hd0,0)/boot/grub/menu.lst
 *      -----------------------------------------------------------------------
 *         Debian GNU/Linux, kernel 6.1
 *       > Debian GNU/Linux, kernel 6.1, single user
 *
 *      -----------------------------------------------------------------------
 *       Enter boots, e edits, c command line                   Booting in 5 s
 *
 * One level of the entries shows: Enter opens a submenu, Esc goes back. An entry's hotkey boots it at
 * once, but for e, c, p and m.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "menu/config.h"
#include "menu/view/line.h"

struct screen;

enum menu_action {
    MENU_WAIT,   /* nothing is decided */
    MENU_BOOT,   /* boot menu_selected() */
    MENU_EDIT,   /* edit it */
    MENU_PROMPT, /* the command line */
    MENU_LIST,   /* a menu of all menus */
    MENU_UNLOCK, /* menu->answer was given as the password */
    MENU_LOGIN,  /* a user's name and password are wanted */
    MENU_REDRAW, /* the terminal shows something else: ^L */
};

enum { PASSWORD_SIZE = 128 /* bytes, the NUL included */ };

struct menu {
    const struct config *config;
    struct entry *level;         /* whose entries show: a submenu, or the root */
    size_t selected;             /* one of them */
    size_t top;                  /* the first one on the screen */
    size_t typed;                /* the number that is being typed */
    int seconds;                 /* until the selected entry boots, or TIMEOUT_NEVER */
    bool hidden;                 /* only a line shows, until a key comes */
    bool locked;                 /* e and c want the password first */
    bool asking;                 /* for the password */
    struct line answer;          /* what is typed as such */
    const char *const *messages; /* lines that say why the menu is back; NULL or count 0: none */
    size_t message_count;
};

/* Makes the line for passwords. Returns 0 or ERR_NO_MEMORY. */
int menu_create(struct menu *, struct arena *);

/*
 * Opens the menu on an entry, by its number; where there is none such, on the first one. A timeout
 * of 0 boots with the first menu_second() or at once: see menu_expired.
 */
void menu_open(struct menu *, const struct config *, size_t number, int timeout);

/* Selects an entry, and shows its level. */
void menu_select(struct menu *, const struct entry *);

/* The entry that is selected; of a submenu, the first one that boots. The menu is not empty. */
struct entry *menu_selected(const struct menu *);

/* Has the time run out? */
bool menu_expired(const struct menu *);

/* Takes a key (menu/view/keys.h); the first one stops the clock. */
enum menu_action menu_key(struct menu *, int key);

/* A second has passed. */
enum menu_action menu_second(struct menu *);

/* Draws everything and flushes the screen. */
void menu_draw(struct menu *, struct screen *);
