/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/command_line.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/log.h"
#include "lib/version.h"
#include "tool/living.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/tool_commands.h"

enum { MEMORY_LIMIT = 1 << 24 /* MiB */, MESSAGE = 256 };

static void print_help(void)
{
    (void)fputs(
        "usage: pvboot -d IMAGE [-d IMAGE ...] [-m MIB] [-x EXTRA] [--type TYPE] [--json] COMMAND\n"
        "\n"
        "  -d IMAGE   a disk: a file or a block device; the first is hd0. It is never written to.\n"
        "             -d IMAGE,sector=4096: the image of a disk with such sectors (512)\n"
        "             -d IMAGE,format=qcow2: of this format, also if it names other files\n"
        "             info, menu, check: without -d the disks of this machine\n"
        "  -m MIB     check, try: memory of the domain (512)\n"
        "  -x EXTRA   menu, check, try: what extra= of the domain's configuration says\n"
        "  --type pv, --type pvh\n"
        "             check, try: in a domain of this type alone (either)\n"
        "  --json     the output is one JSON object, of all commands but cat and try\n"
        "  --version  which pvboot this is\n\n",
        stdout);
    tool_commands_print();
    (void)fputs(
        "\nPATH is /x on the first file system that can be read, or (hd0,1)/x on the second "
        "partition of\nthe first disk.\n\n"
        "Exit status: 0  done; check: the default entry would boot; diff: no difference\n"
        "             1  something is wrong, and a line on standard error says what; check: the\n"
        "                default entry would not boot; diff: there are differences\n"
        "             2  the command line is wrong, or an image cannot be opened; diff: something\n"
        "                cannot be read\n",
        stdout);
}

/* Says in one line what is wrong, and where to read on. Returns false. */
__attribute__((format(printf, 2, 3))) static bool wrong(struct tool *tool, const char *format, ...)
{
    char text[MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut */
    va_end(arguments);
    log_line(&tool->said.log, "%s; pvboot --help says more", text);
    return false;
}

/* ---- options -------------------------------------------------------------------------------- */

static bool take_memory(struct tool *tool, const char *text)
{
    uint64_t *mib = &tool->domain.memory;
    if (!decimal_parse(text, MEMORY_LIMIT, mib) || *mib == 0) {
        log_line(&tool->said.log, "-m %s: this is no number of MiB", text);
        return false;
    }
    return true;
}

static bool take_type(struct tool *tool, const char *name)
{
    bool is_pv = strcmp(name, "pv") == 0;
    if (!is_pv && strcmp(name, "pvh") != 0) {
        log_line(&tool->said.log, "--type %s: the types are pv and pvh", name);
        return false;
    }
    tool->domain.types = is_pv ? PVBOOT_DOMAIN_PV : PVBOOT_DOMAIN_PVH;
    return true;
}

/* Returns whether to go on; if not, *status is the one to end with. */
static bool take_option(struct tool *tool, int option, char *const *words, int *status)
{
    switch (option) {
    case 'd':
        tool->disk_count++;
        return tool_add_disk(tool->pvboot, optarg);
    case 'm':
        return take_memory(tool, optarg);
    case 'x':
        tool->domain.extra = optarg;
        return true;
    case 't':
        return take_type(tool, optarg);
    case 'j':
        tool->json = true;
        return true;
    case 'V':
        print_line("pvboot %s", PVBOOT_VERSION);
        *status = STATUS_GOOD;
        return false;
    case 'h':
        print_help();
        *status = STATUS_GOOD;
        return false;
    case ':':
        return wrong(tool, "%s: a word is missing after it", words[optind - 1]);
    default:
        return wrong(tool, "%s: there is no such option", words[optind - 1]);
    }
}

/* Likewise. */
static bool take_options(struct tool *tool, int count, char **words, int *status)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"type", required_argument, NULL, 't'},
                                            {"version", no_argument, NULL, 'V'},
                                            {0}};
    int option;
    opterr = 0;
    while ((option = getopt_long(count, words, "+:d:m:x:h", options, NULL)) != -1) {
        if (!take_option(tool, option, words, status)) {
            return false;
        }
    }
    return true;
}

/* ---- the command ---------------------------------------------------------------------------- */

/* Has the command what it needs? */
static bool check(struct tool *tool, const struct tool_command *command, size_t count)
{
    if (count < command->least || count > command->most) {
        return wrong(tool, "usage: pvboot %s%s",
                     (command->flags & (COMMAND_DISK | COMMAND_LIVES)) != 0 ? "-d IMAGE " : "",
                     command->synopsis);
    }
    if ((command->flags & COMMAND_DISK) != 0 && tool->disk_count == 0) {
        return wrong(tool, "%s: of which disk? -d IMAGE names one", command->name);
    }
    if (tool->json && (command->flags & COMMAND_JSON) == 0) {
        return wrong(tool, "%s: there is no JSON of it", command->name);
    }
    return true;
}

static const struct tool_command *take_command(struct tool *tool, size_t count, char *const *words)
{
    if (count == 0) {
        (void)wrong(tool, "a command is missing");
        return NULL;
    }
    const struct tool_command *command = tool_command_find(words[0], count - 1);
    if (command == NULL) {
        (void)wrong(tool, "%s: there is no such command", words[0]);
        return NULL;
    }
    return check(tool, command, count - 1) ? command : NULL;
}

static bool has_disks(struct tool *tool, const struct tool_command *command)
{
    return (command->flags & COMMAND_LIVES) == 0 || tool->disk_count > 0 || living_open(tool);
}

const struct tool_command *command_line_take(struct tool *tool, int count, char **words,
                                             char *const **arguments, int *status)
{
    *status = STATUS_USAGE;
    if (!take_options(tool, count, words, status)) {
        return NULL;
    }
    *arguments = words + optind + 1;
    const struct tool_command *command =
        take_command(tool, (size_t)(count - optind), words + optind);
    return command != NULL && has_disks(tool, command) ? command : NULL;
}
