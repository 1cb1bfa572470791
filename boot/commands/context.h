/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands share. */
#pragma once

#include "boot/commands/commands.h"
#include "boot/script/script.h"

/* Cuts the next word off *arguments, into the arena; "" at the end, NULL: no memory. */
const char *context_word(const struct context *, const char **arguments);

/* Prints a line for the person. False: stop printing. */
bool context_print(const struct context *, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A call's words from number `first` on with a blank between them, in the context's arena, or NULL. As
 * GRUB 2 does it for a kernel, `quoted` puts a word with blanks into quotes.
 */
char *context_join(const struct context *, const struct script_call *, size_t first, bool quoted);

/*
 * Makes the place that a script's $root names the plan's root. Returns 0 or ERR_NOT_FOUND (not
 * logged).
 */
int context_take_root(struct context *, const struct script *);

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

int run_menu_again(struct context *, const char *arguments);
int run_prompt(struct context *, const char *arguments);

int run_configfile(struct context *, const char *arguments);

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

int run_chainloader(struct context *, const char *arguments);
int run_cryptomount(struct context *, const char *arguments);
int run_fwsetup(struct context *, const char *arguments);
int run_linux(struct context *, const char *arguments);
int run_loopback(struct context *, const char *arguments);
int run_sleep(struct context *, const char *arguments);

int run_halt(struct context *, const char *arguments);
int run_reboot(struct context *, const char *arguments);

/* What scripts have. By file: linux.c, search.c, environment.c, probe.c, source.c ... */
int script_linux(struct context *, const struct script_call *);

int script_configfile(struct context *, const struct script_call *);
int script_normal(struct context *, const struct script_call *);

int script_menuentry(struct context *, const struct script_call *);
int script_source(struct context *, const struct script_call *);

int script_list_env(struct context *, const struct script_call *);
int script_load_env(struct context *, const struct script_call *);
int script_save_env(struct context *, const struct script_call *);
int script_savedefault(struct context *, const struct script_call *);

int script_authenticate(struct context *, const struct script_call *);
int script_password(struct context *, const struct script_call *);
int script_probe(struct context *, const struct script_call *);
int script_search(struct context *, const struct script_call *);
int script_search_file(struct context *, const struct script_call *);
int script_search_label(struct context *, const struct script_call *);
int script_search_uuid(struct context *, const struct script_call *);

int script_blscfg(struct context *, const struct script_call *);
int script_cpuid(struct context *, const struct script_call *);
int script_false(struct context *, const struct script_call *);
int script_insmod(struct context *, const struct script_call *);
