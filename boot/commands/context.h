/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands share. */
#pragma once

#include "boot/commands/commands.h"

/* Cuts the next word off *arguments, into the arena; "" at the end, NULL: no memory. */
const char *context_word(const struct context *, const char **arguments);

/* Prints a line for the person. False: stop printing. */
bool context_print(const struct context *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Logs "COMMAND: what" with the line in its file. Returns `error`. */
int context_fail(const struct context *, int error, const char *what);

/* Starts the plan. Returns COMMAND_STARTED or an error (logged). */
int context_start(const struct context *);

/* The commands, by file: plan.c, root.c, files.c, views.c, lock.c ... */
int run_boot(struct context *, const char *arguments);
int run_initrd(struct context *, const char *arguments);
int run_kernel(struct context *, const char *arguments);
int run_load(struct context *, const char *arguments);
int run_module(struct context *, const char *arguments);
int run_modulenounzip(struct context *, const char *arguments);

int run_dev(struct context *, const char *arguments);
int run_find(struct context *, const char *arguments);
int run_root(struct context *, const char *arguments);
int run_uuid(struct context *, const char *arguments);

int run_blocklist(struct context *, const char *arguments);
int run_cat(struct context *, const char *arguments);
int run_cmp(struct context *, const char *arguments);
int run_ls(struct context *, const char *arguments);

int run_configfile(struct context *, const char *arguments);
int run_menu_again(struct context *, const char *arguments);
int run_prompt(struct context *, const char *arguments);

int run_lock(struct context *, const char *arguments);
int run_password(struct context *, const char *arguments);

int run_savedefault(struct context *, const char *arguments);

int run_debug(struct context *, const char *arguments);
int run_pager(struct context *, const char *arguments);
int run_quiet(struct context *, const char *arguments);
int run_verbose(struct context *, const char *arguments);

int run_clear(struct context *, const char *arguments);
int run_displaymem(struct context *, const char *arguments);
int run_echo(struct context *, const char *arguments);
int run_pause(struct context *, const char *arguments);

int run_help(struct context *, const char *arguments);
int run_version(struct context *, const char *arguments);

int run_halt(struct context *, const char *arguments);
int run_reboot(struct context *, const char *arguments);
