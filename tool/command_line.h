/* SPDX-License-Identifier: BSD-2-Clause */
/* The words that the tool is started with. */
#pragma once

struct tool_command;
struct tool;

/*
 * Takes the options, and opens the disks. Returns the command that is to be run, and *arguments, the words after
 * it; or NULL: there is none, for *status, with which to end, has been said.
 */
const struct tool_command *command_line_take(struct tool *, int count, char **words,
                                             char *const **arguments, int *status);
