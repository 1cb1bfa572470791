/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that need nothing but the script itself. */
#pragma once

#include "boot/script/script.h"

struct builtin {
    const char *name;
    int (*run)(const struct script_call *); /* returns as a host's command does */
};

/* Sorted by name, and NULL after the last one: for completion, too. */
extern const struct builtin builtins[];

/* The one called `name`, or NULL. */
const struct builtin *builtin_find(const char *name);

/* By file. */
int run_test(const struct script_call *);
int run_regexp(const struct script_call *);
