/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The commands of menu.lst, boot.cfg, grub.cfg and the prompt, GRUB legacy's, GRUB 2's and NetBSD's:
 * one table of names, help and functions.
 */
#pragma once

#include <stdbool.h>

#include "boot/plan.h"
#include "menu/config.h"

struct grub_inheritance;
struct machine;
struct script_call;
struct starter;
struct user;

/* What outlives an entry: the person's choices and what the config says. */
struct settings {
    bool paging;   /* long output stops after each page */
    bool quiet;    /* no line for each file that is read */
    bool debug;    /* each command is shown before it runs */
    bool unlocked; /* the password was given */
};

/* What commands work on. */
struct context {
    struct machine *machine;
    struct devices *devices;
    struct arena *arena; /* for as long as the attempt takes */
    struct log *log;
    struct user *user; /* NULL: only a trial: nothing is printed or asked */
    struct starter *starter;
    struct settings *settings;
    const struct config *config; /* the menu that is open; NULL: none */
    const struct entry *entry;   /* that is run, or selected; NULL: none */
    struct plan plan;
    const char *next_config;                    /* what COMMAND_CONFIG opens */
    const struct grub_inheritance *inheritance; /* what that one gets of this one; NULL: nothing */

    const struct command *command; /* that is running, for messages */
};

/* What a command answers beside 0 and errors: what comes next. */
enum command_answer {
    COMMAND_STARTED = 1, /* the plan: only in the tool does that return */
    COMMAND_MENU,        /* show the menu */
    COMMAND_PROMPT,      /* show the prompt */
    COMMAND_CONFIG,      /* open context->next_config */
};

struct command_type {
    const char *name;
    const char *help;                                    /* "ls [PATH]: what it does" */
    int (*run)(struct context *, const char *arguments); /* NULL: no meaning under Xen */
    bool from_root; /* it takes paths, which begin where `root` says */

    /* What it is in a script, where that is something else; returns as enum script_result has it. */
    int (*script)(struct context *, const struct script_call *);
};

/* Has it a meaning? */
static inline bool command_is_known(const struct command_type *type)
{
    return type->run != NULL || type->script != NULL;
}

/* The table, sorted by name. */
extern const struct command_type command_types[];
extern const size_t command_type_count;

/* The command called `name`, or NULL. */
const struct command_type *command_find(const char *name);

/* Is there one called `name`, perhaps of no meaning under Xen? */
bool command_exists(const char *name);

/*
 * Runs a command of a script's, which passes over what means nothing under Xen without a word.
 * Returns as enum script_result has it.
 */
int command_run_call(struct context *, const struct script_call *);

/* Runs one command. Returns 0, an enum command_answer, or an error (logged). */
int command_run(struct context *, const struct command *);

/*
 * Runs context->entry: the globals of its config, then its commands, up to one that fails (unless their
 * grammar goes on) or has an answer. Commands that mean nothing under Xen are passed over, and
 * unknown ones, with a line in the log. At the end, the kernel that was named is started. Returns an
 * answer, 0 when nothing was to be done, or an error (logged).
 */
int commands_run_entry(struct context *);
