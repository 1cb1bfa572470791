/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A grub.cfg that is open. Its script has run and has made the config's entries; it stays, for each
 * of these runs in it when it is chosen.
 *
 *      grub_open()       the script: menuentry, submenu, set default=...  -> the config's tree
 *      grub_run_entry()  an entry's block: linux, initrd ...              -> context->plan
 */
#pragma once

#include "boot/script/script.h"
#include "lib/arena.h"
#include "menu/entry.h"

struct config;
struct config_text;
struct context;
struct grub_inheritance;

enum { GRUB_LINE_SIZE = 512 /* bytes of a line that `echo -n` begins */ };

struct grub {
    struct script_host host; /* first: a struct script_host * is a struct grub * */
    struct script script;
    struct arena *arena;       /* for what stays as long as the script's functions */
    struct context *context;   /* that commands work on now */
    struct grub_user *users;   /* whom password and password_pbkdf2 have named */
    unsigned user_changes;     /* so often */
    const char *superusers;    /* names; NULL: everybody may do everything */
    struct entry *level;       /* where menuentry and submenu add entries; NULL: nowhere */
    int error;                 /* of the first command that failed since the entry began; 0: none */
    char line[GRUB_LINE_SIZE]; /* what was printed of a line that has not ended */
};

/*
 * Runs the text of a grub.cfg, which config_parse() has begun, with the context that opens it;
 * context->plan.root is where the file lies. What is wrong is logged with file and line, and what was
 * made before that stays. Returns 0, ERR_NO_MEMORY, or COMMAND_CONFIG: it opens context->next_config
 * instead.
 */
int grub_open(struct config *, const struct config_text *, struct context *);

/* Runs context->entry, as commands_run_entry() does. */
int grub_run_entry(struct context *);

/*
 * Parses what somebody has typed into a block for the script, where it stays as long as its functions.
 * Returns 0 or an error (logged, by `name`).
 */
int grub_parse_block(struct grub *, const struct block **, const char *name, const char *text);

/* ---- inheritance.c ---- */

/*
 * Keeps what the config that COMMAND_CONFIG opens gets, in context->inheritance: functions, users, and
 * variables that are exported, or all. Returns 0 or ERR_NO_MEMORY.
 */
int grub_hand_on(const struct grub *, bool all, struct context *);

/* Begins with that; with nothing, where it is NULL. Returns 0 or ERR_NO_MEMORY. */
int grub_inherit(struct grub *, const struct grub_inheritance *);

/* ---- typed.c ---- */

enum { GRUB_MORE = 0x40 /* a statement goes on: another line is wanted */, TYPED_SIZE = 4096 };

struct grub_typed {
    char text[TYPED_SIZE]; /* lines of a statement that goes on */
    size_t length;
};

/* Opens a script where no grub.cfg is open. Returns 0 or ERR_NO_MEMORY. */
int grub_open_prompt(struct grub **, struct context *);

/*
 * Runs a line, once the statement that it belongs to is whole. Returns 0, GRUB_MORE, an enum
 * command_answer, or an error (logged).
 */
int grub_type_line(struct grub *, struct grub_typed *, const char *line, struct context *);

/* ---- users.c ---- */

/* Adds a user, or changes a user's password. Returns 0 or ERR_NO_MEMORY. */
int grub_add_user(struct grub *, const char *name, const char *password, bool hashed);

/*
 * Asks for name and password, unless somebody who may is known: a superuser, or one of `users` (NULL:
 * none). Returns 0, or an error (logged, but for one of the terminal's): ERR_DENIED.
 */
int grub_authorize(struct grub *, struct context *, const char *users, const char *what);

/* The same for whoever wants to boot an entry. */
int grub_authorize_entry(struct grub *, struct context *, const struct entry *);

/* ---- menu.c ---- */

/* The commands menuentry and submenu. */
int grub_add_entry(struct grub *, const struct script_call *);

/*
 * The entry that `default` means by numbers (from 0), titles or ids: "2", "Debian", "1>gnulinux-old";
 * of a submenu, the first that boots. NULL: there is none.
 */
struct entry *grub_find_entry(const struct entry *root, const char *path);

/* What names an entry so, in the arena, or NULL: no memory. */
const char *grub_name_entry(const struct entry *, struct arena *);

/* ---- environment.c ---- */

/*
 * Sets what GRUB has set when its config (NULL: it has none) begins: root, prefix, grub_platform ..., what the
 * one before has handed on, and what the host says. Returns 0 or ERR_NO_MEMORY.
 */
int grub_set_variables(struct grub *, const struct config *);

/* Reads default, timeout, fallback ... into the config. Returns 0 or ERR_NO_MEMORY. */
int grub_take_variables(struct grub *, struct config *);

/* ---- host.c ---- */

/* Opens the script, and makes the rest of the machine known to it. Returns 0 or ERR_NO_MEMORY. */
int grub_open_script(struct grub *, struct context *);

/* Prints what stands in a line without an end. */
void grub_end_line(struct grub *);
