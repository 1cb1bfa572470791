/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool can do. */
#pragma once

#include <stddef.h>

struct tool;

enum {
    COMMAND_DISK = 1,  /* it needs one that -d names, */
    COMMAND_LIVES = 2, /* or the machine has: without -d it takes those */
    COMMAND_JSON = 4,  /* it can print JSON */
};

struct tool_command {
    const char *name;
    size_t least, most; /* words after it */
    unsigned flags;     /* COMMAND_... */
    int (*run)(struct tool *, char *const *arguments);
    const char *synopsis, *help;
};

/* The command of this name that takes so many words; one of this name, where none does; or NULL. */
const struct tool_command *tool_command_find(const char *name, size_t count);

/* All of them, as --help lists them. */
void tool_commands_print(void);
