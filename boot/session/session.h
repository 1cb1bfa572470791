/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A run of the boot loader: the machine, what was found on it, and the person in front of it. The
 * parts of boot/ that wait for keys share it.
 */
#pragma once

#include "boot/commands/commands.h"
#include "boot/devices.h"
#include "boot/host.h"
#include "boot/messages.h"
#include "boot/options.h"
#include "boot/search.h"
#include "boot/starter.h"
#include "boot/user.h"
#include "lib/arena.h"
#include "menu/config.h"
#include "menu/view/history.h"
#include "menu/view/keys.h"
#include "menu/view/menu.h"
#include "menu/view/pager.h"
#include "menu/view/screen.h"

struct session {
    struct machine *machine;
    struct messages messages;
    struct options options;
    struct settings settings;
    struct host host;

    struct arena devices_arena; /* file systems are mounted during an attempt, and outlive it */
    struct devices devices;
    struct config config;
    struct place *home; /* where the config lies: paths without a device begin there */
    unsigned opened;    /* configs since the last key: one that opens itself must end */

    struct menu menu;
    struct history history;
    struct user user; /* the person, as commands see it */
    struct starter starter;
    bool attended; /* somebody has pressed a key */
    struct pager pager;

    unsigned columns, rows; /* the terminal's */
    struct arena screen_arena;
    struct screen screen;
    struct screen_output output;
    struct keys keys;
    bool size_asked;    /* the terminal was asked for its size */
    bool answer_is_due; /* and has not answered yet */
    uint64_t asked_at;  /* milliseconds */
    bool ended;         /* the next guest was entered; only in the tool does that return */
};

/* ---- terminal.c: bytes and keys ---- */

/* Prepares the terminal. Returns 0 or ERR_NO_MEMORY. */
int terminal_open(struct session *);

/* Milliseconds of the machine's clock. */
uint64_t terminal_now(const struct session *);

/* Sends text as it is. */
void terminal_send(const struct session *, const char *text);

/*
 * The next key, or KEY_NONE when none has come until `deadline` (milliseconds). KEY_CURSOR: the
 * terminal has reported its size, and session->screen has it now; or it may be another one, and what it
 * shows is to be drawn anew. The host is obeyed meanwhile.
 */
int terminal_key(struct session *, uint64_t deadline);

/* The same, for as long as it takes, and never KEY_CURSOR. */
int terminal_wait(struct session *);

/* A full-screen view begins or ends: while it shows, messages are only remembered. */
void terminal_begin_screen(struct session *);
void terminal_end_screen(struct session *);

/* Is anybody there? Who is can give up with ^C; elsewhere patience with a silent disk has an end. */
void terminal_attend(struct session *, bool attended);

/* Takes what the terminal still owes us; it shall not reach the next kernel. */
void terminal_drain(struct session *);

/* ---- user.c: session->user ---- */

void user_open(struct session *);

/* New output begins: the pager counts from here. */
void user_begin(struct session *);

/* ---- attempt.c ---- */

/* Makes session->starter. */
void attempt_open(struct session *);

/* A context for commands; its plan begins at the config's place. */
struct context session_context(struct session *, const struct entry *);

/* Logs, and reports to the host, that `what` was not booted; why was logged last. */
void attempt_failed(struct session *, const char *what, int error);

/* Loads and enters a plan. Returns only with an error (logged), or, in the tool, 0. */
int attempt_plan(struct session *, const struct plan *);

/*
 * Runs an entry, perhaps an edited one, and gives back the memory of what failed.
 * Returns 0 (nothing came of it), an enum command_answer, or an error (logged).
 */
int attempt_entry(struct session *, const struct entry *);

/* ---- choose.c, shell.c, edit.c ---- */

/*
 * Shows session->menu until an entry is to be booted: menu_selected(), because of a key, of the host,
 * or because its time ran out (menu_expired). The editor may have ended the session.
 */
void choose_entry(struct session *);

/*
 * The prompt. Returns 0 when the menu is wanted, or a config was opened (session->config);
 * ERR_NO_MEMORY (logged) where there is none for it.
 */
int shell_run(struct session *);

/* Edits an entry, and boots it as often as it takes. Returns when the menu is wanted. */
void edit_entry(struct session *, const struct entry *);

/* ---- open_config.c ---- */

/* What configs are looked for with. */
struct search session_search(struct session *);

/* A menu of all menus takes the place of the config that is open; why not, is logged. */
void session_list_menus(struct session *);

/*
 * Opens the config at `path` in place of the one that is open, which leaves it this (NULL: nothing). Returns 0
 * or an error (logged).
 */
int session_open_config(struct session *, struct place *root, const char *path,
                        const struct grub_inheritance *);
