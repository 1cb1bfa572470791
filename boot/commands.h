/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of menu.lst and boot.cfg: one table of names, help and functions. */
#pragma once

#include "boot/plan.h"
#include "menu/config.h"

/* What commands work on. */
struct context {
    struct devices *devices;
    struct arena *arena; /* for as long as the attempt takes */
    struct log *log;
    struct plan plan;
};

/*
 * Runs a list of commands, up to a `boot`. Commands that mean nothing under Xen are passed over,
 * unknown ones with a line in the log. Returns 0 or the error of the first command that failed
 * (logged).
 */
int commands_run(struct context *, const struct config *, const struct command_list *);
