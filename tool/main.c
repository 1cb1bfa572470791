/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot, the tool: reads disk images and says what would boot, and why not. The loader's
 * counterpart is loader/main.c; everything below boot/ is the same code.
 */
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/version.h"
#include "pvops/host/log.h"
#include "tool/print.h"
#include "tool/tool.h"

enum { MEMORY_LIMIT = 1 << 24 /* MiB */ };

static const struct command {
    const char *name;
    int arguments;
    int (*run)(struct tool *, char *const *arguments);
    const char *synopsis, *help;
} commands[] = {
    {"ls", 1, tool_ls, "ls PATH", "list a directory, or one file"},
    {"cat", 1, tool_cat, "cat PATH", "write a file to standard output"},
    {"extract", 2, tool_extract, "extract PATH DIR",
     "copy a file or a whole tree into the directory DIR"},
    {"info", 0, tool_info, "info", "disks, partitions, file systems, labels, UUIDs"},
    {"menu", 0, tool_menu, "menu", "the entries, as the loader would show them"},
    {"check", 0, tool_check, "check",
     "try every entry without booting; status 0: the default one would boot"},
    {"try", 0, tool_try, "try", "the loader's menu and prompt on this terminal; Ctrl-] leaves"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(void)
{
    (void)fputs(
        "usage: pvboot -d IMAGE [-d IMAGE ...] [-m MIB] [-x EXTRA] [--type TYPE] [--json] COMMAND\n"
        "\n"
        "  -d IMAGE   a disk: a file or a block device; the first is hd0. It is never written to.\n"
        "             -d IMAGE,sector=4096: the image of a disk with such sectors (512)\n"
        "  -m MIB     check, try: memory of the domain (512)\n"
        "  -x EXTRA   menu, check, try: what extra= of the domain's configuration says\n"
        "  --type pv, --type pvh\n"
        "             check, try: in a domain of this type alone (either)\n"
        "  --json     info, ls, menu, check: one JSON object\n"
        "  --version  which pvboot this is\n\n",
        stdout);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)printf("  %-18s %s\n", commands[i].synopsis, commands[i].help);
    }
    (void)fputs("\nPATH is /x on the first file system that can be read, or (hd0,1)/x on the "
                "second partition of\nthe first disk.\n"
                "\nExit status: 0: done; check: the default entry would boot. 1: something is "
                "wrong, and a line says what.\n"
                "2: the command line is wrong, or an image cannot be opened.\n",
                stdout);
}

/* ---- the command line ----------------------------------------------------------------------- */

/* Logs what is wrong with it, and where to read on. Returns false. */
__attribute__((format(printf, 2, 3))) static bool wrong(struct tool *tool, const char *format, ...)
{
    char text[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut */
    va_end(arguments);
    log_line(&tool->said.log, "%s; pvboot --help says more", text);
    return false;
}

/* "IMAGE" or "IMAGE,sector=4096", which is cut to IMAGE. Returns bytes; 0: not said. */
static uint32_t take_sector_size(char *word)
{
    static const char option[] = ",sector=";
    uint64_t size = 0;
    char *found = strstr(word, option);
    if (found != NULL) {
        *found = '\0';
        bool is_number = decimal_parse(found + sizeof option - 1, UINT32_MAX, &size);
        size = is_number && size > 0 ? size : UINT32_MAX; /* which no disk has */
    }
    return (uint32_t)size;
}

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
        return pvboot_add(tool->pvboot, optarg, take_sector_size(optarg)) == 0;
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
    *status = STATUS_USAGE;
    while ((option = getopt_long(count, words, "+:d:m:x:h", options, NULL)) != -1) {
        if (!take_option(tool, option, words, status)) {
            return false;
        }
    }
    return true;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(name, commands[i].name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

/* The command that the words say, with so many of them after it as it takes; NULL, logged: none. */
static const struct command *take_command(struct tool *tool, int count, char *const *words)
{
    const struct command *command = count > 0 ? find_command(words[0]) : NULL;
    if (count == 0) {
        (void)wrong(tool, "a command is missing");
    } else if (command == NULL) {
        (void)wrong(tool, "%s: there is no such command", words[0]);
    } else if (count - 1 != command->arguments) {
        (void)wrong(tool, "usage: pvboot -d IMAGE %s", command->synopsis);
    } else if (tool->disk_count == 0) {
        (void)wrong(tool, "%s of which disk? -d IMAGE names one", words[0]);
    } else {
        return command;
    }
    return NULL;
}

/* ---- the tool ------------------------------------------------------------------------------- */

/* Each message goes to standard error, and is kept for JSON. */
static void say(void *context, const char *text)
{
    (void)context;
    host_log()->line(host_log(), text);
}

static void keep(void *context, const char *text)
{
    struct tool *tool = context;
    tool->said.log.line(&tool->said.log, text);
}

static bool open_tool(struct tool *tool)
{
    collect_open(&tool->said);
    tool->said.line = say;
    tool->pvboot = pvboot_new();
    if (tool->pvboot == NULL) {
        log_line(&tool->said.log, "no address space to work in");
        return false;
    }
    pvboot_on_message(tool->pvboot, keep, tool);
    return true;
}

int main(int count, char **words)
{
    static struct tool tool;
    int status = STATUS_BAD;
    if (!open_tool(&tool)) {
        return status;
    }
    if (take_options(&tool, count, words, &status)) {
        const struct command *command = take_command(&tool, count - optind, words + optind);
        status = command != NULL ? command->run(&tool, words + optind + 1) : STATUS_USAGE;
    }
    pvboot_free(tool.pvboot);
    if (print_flush() != 0 && status == STATUS_GOOD) {
        log_line(&tool.said.log, "standard output: it could not be written");
        return STATUS_BAD;
    }
    return status;
}
