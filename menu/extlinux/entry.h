/* SPDX-License-Identifier: BSD-2-Clause */
/* An entry's own lines. */
#pragma once

#include "menu/extlinux/extlinux.h"

/* What KERNEL names, by the end of its name: a kernel, or a program. */
enum extlinux_kind extlinux_kind_of(const char *path);

/* Is it a program of this name, in whatever folder? */
bool extlinux_is_program(const struct extlinux_entry *, const char *name);

/* MENU LABEL: a title, in which '^' stands before the hotkey. In place. */
void extlinux_set_title(struct extlinux_entry *, char *title);

/* Adds "a,b", cut in place. Returns 0 or ERR_NO_MEMORY. */
int extlinux_add_initrds(struct extlinux_entry *, char *list, struct arena *);

/*
 * When all lines are known: arguments come from `append` where the entry has none (NULL: there are
 * none at all), initrd= goes out of them, and a program that leads to a config or a label becomes that.
 * Returns 0 or ERR_NO_MEMORY.
 */
int extlinux_finish_entry(struct extlinux_entry *, const char *append, struct arena *);
