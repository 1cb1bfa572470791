/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/tool_commands.h"

#include <string.h>

#include "tool/print.h"
#include "tool/tool.h"

static const struct tool_command commands[] = {
    {"ls", 1, 1, COMMAND_DISK | COMMAND_JSON, tool_ls, "ls PATH", "list a directory, or one file"},
    {"tree", 1, 1, COMMAND_DISK | COMMAND_JSON, tool_tree, "tree PATH",
     "list a directory, and all that is below"},
    {"find", 2, 2, COMMAND_DISK | COMMAND_JSON, tool_find, "find PATH PATTERN",
     "paths below a directory whose last name matches, as \"*.img\" does"},
    {"stat", 1, 1, COMMAND_DISK | COMMAND_JSON, tool_stat, "stat PATH",
     "all that is known of a file"},
    {"cat", 1, 1, COMMAND_DISK, tool_cat, "cat PATH", "write a file to standard output"},
    {"hexdump", 1, 3, COMMAND_DISK | COMMAND_JSON, tool_hexdump, "hexdump PATH [OFFSET [LENGTH]]",
     "show a file's bytes"},
    {"extract", 2, 2, COMMAND_DISK | COMMAND_JSON, tool_extract, "extract PATH DIR",
     "copy a file or a whole tree into the directory DIR"},
    {"extract", 3, 3, COMMAND_DISK | COMMAND_JSON, tool_extract_tar, "extract --tar FILE PATH",
     "the same into a tar archive; - is standard output"},
    {"diff", 2, 2, COMMAND_JSON, tool_diff, "diff IMAGE IMAGE",
     "how the file systems of two images differ"},
    {"info", 0, 0, COMMAND_LIVES | COMMAND_JSON, tool_info, "info",
     "disks, partitions, file systems, labels, UUIDs"},
    {"menu", 0, 0, COMMAND_LIVES | COMMAND_JSON, tool_menu, "menu",
     "the entries, as the loader would show them"},
    {"check", 0, 0, COMMAND_LIVES | COMMAND_JSON, tool_check, "check",
     "try every entry without booting; status 0: the default one would boot"},
    {"try", 0, 0, COMMAND_DISK, tool_try, "try",
     "the loader's menu and prompt on this terminal; Ctrl-] leaves"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

const struct tool_command *tool_command_find(const char *name, size_t count)
{
    const struct tool_command *found = NULL;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct tool_command *command = &commands[i];
        if (strcmp(name, command->name) != 0) {
            continue;
        }
        if (count >= command->least && count <= command->most) {
            return command;
        }
        found = found != NULL ? found : command;
    }
    return found;
}

void tool_commands_print(void)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        print_line("  %-30s  %s", commands[i].synopsis, commands[i].help);
    }
}
