/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool can do. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct tool;

struct tool_command {
    const char *name;
    size_t least, most; /* words after it */
    bool needs_disk;    /* that -d names, */
    bool lives;         /* or the machine has: without -d it takes those */
    bool has_json;
    int (*run)(struct tool *, char *const *arguments);
    const char *synopsis, *help;
};

/* The command of this name, or NULL. */
const struct tool_command *tool_command_find(const char *name);

/* All of them, as --help lists them. */
void tool_commands_print(void);
