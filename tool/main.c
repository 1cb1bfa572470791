/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot, the tool: reads disk images and says what would boot, and why not. The loader's
 * counterpart is loader/main.c; everything below boot/ is the same code.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/checked.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/version.h"
#include "pvops/host/arena.h"
#include "pvops/host/clock.h"
#include "pvops/host/disk.h"
#include "pvops/host/log.h"
#include "pvops/host/waiter.h"
#include "tool/print.h"
#include "tool/tool.h"

enum {
    EXIT_USAGE = 2,
    IMAGE_LIMIT = 64,
    DEFAULT_MEMORY = 512, /* MiB */
    MEMORY_LIMIT = 1 << 24,
};

static const struct command {
    const char *name;
    int arguments;
    bool as_loader; /* with as much memory as the loader has in such a domain */
    int (*run)(struct tool *, char *const *arguments);
    const char *help;
} commands[] = {
    {"ls", 1, false, tool_ls, "ls PATH            list a directory, or one file"},
    {"cat", 1, false, tool_cat, "cat PATH           write a file to standard output"},
    {"extract", 2, false, tool_extract,
     "extract PATH DIR   copy a file or a whole tree into the directory DIR"},
    {"info", 0, false, tool_info,
     "info               disks, partitions, file systems, labels, UUIDs"},
    {"menu", 0, false, tool_menu, "menu               the entries, as the loader would show them"},
    {"check", 0, true, tool_check,
     "check              try every entry without booting; status 0: the default one would boot"},
    {"try", 0, false, tool_try,
     "try                the loader's menu and prompt on this terminal; Ctrl-] leaves"},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static int usage(FILE *out, int status)
{
    (void)fprintf(
        out,
        "usage: pvboot -d IMAGE [-d IMAGE ...] [-m MIB] [-x EXTRA] [--type TYPE] [--json] "
        "COMMAND\n\n"
        "  -d IMAGE   a disk: a file or a block device; the first is hd0. It is never written to.\n"
        "             -d IMAGE,sector=4096: the image of a disk with such sectors (512)\n"
        "  -m MIB     check, try: memory of the domain (%d)\n"
        "  -x EXTRA   menu, check, try: what extra= of the domain's configuration says\n"
        "  --type pv, --type pvh\n"
        "             check, try: in a domain of this type alone (either)\n"
        "  --json     info, ls, menu, check: one JSON object\n"
        "  --version  which pvboot this is\n\n",
        DEFAULT_MEMORY);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        (void)fprintf(out, "  %s\n", commands[i].help);
    }
    (void)fprintf(out, "\nPATH is /x on the first file system that can be read, or (hd0,1)/x on "
                       "the second partition of\n"
                       "the first disk.\n");
    return status;
}

/* "IMAGE" or "IMAGE,sector=4096", which is cut to IMAGE. Returns bytes; 0: not said. */
static uint64_t take_sector_size(char *word)
{
    static const char option[] = ",sector=";
    uint64_t size = 0;
    char *found = strstr(word, option);
    if (found != NULL) {
        *found = '\0';
        bool is_number = decimal_parse(found + sizeof option - 1, UINT32_MAX, &size);
        size = is_number && size > 0 ? size : UINT64_MAX; /* which no disk has */
    }
    return size;
}

static int open_disk(struct tool *tool, char *word)
{
    struct machine *machine = &tool->machine;
    uint64_t sector_size = take_sector_size(word);
    if (machine->disk_count == IMAGE_LIMIT) {
        return fail(machine->log, ERR_TOO_LARGE, "more than %d disks", (int)IMAGE_LIMIT);
    }
    struct host_disk *disk = arena_pages(&tool->arena, sizeof *disk);
    if (disk == NULL) {
        return ERR_NO_MEMORY;
    }
    int error =
        host_disk_open(disk, word, (unsigned)machine->disk_count, sector_size, machine->log);
    if (error == 0) {
        machine->disks[machine->disk_count++] = &disk->disk;
    }
    return error;
}

static int open_tool(struct tool *tool)
{
    int error = host_arena_open(&tool->arena);
    collect_open(&tool->collect, host_log());
    tool->memory =
        (struct memory_range){.length = (uint64_t)DEFAULT_MEMORY << 20, .kind = MEMORY_RAM};
    tool->machine = (struct machine){.arena = &tool->arena,
                                     .log = &tool->collect.log,
                                     .clock = host_clock(),
                                     .waiter = host_waiter(),
                                     .trace = &tool->trace,
                                     .command_line = "",
                                     .memory = {.ranges = &tool->memory, .count = 1}};
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        tool->types[type] = true;
    }
    if (error == 0) {
        tool->machine.disks = arena_array(&tool->arena, IMAGE_LIMIT, sizeof(struct disk *));
    }
    return tool->machine.disks == NULL ? ERR_NO_MEMORY : error;
}

static int take_memory(struct tool *tool, const char *text)
{
    uint64_t mib;
    if (!decimal_parse(text, MEMORY_LIMIT, &mib) || mib == 0) {
        return fail(tool->machine.log, ERR_INVALID, "-m %s: this is no number of MiB", text);
    }
    tool->memory.length = mib << 20;
    return 0;
}

static int take_type(struct tool *tool, const char *name)
{
    bool known = false;
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        tool->types[type] = strcmp(name, host_type_names[type]) == 0;
        known = known || tool->types[type];
    }
    return known
               ? 0
               : fail(tool->machine.log, ERR_INVALID, "--type %s: the types are pv and pvh", name);
}

/* Returns whether to go on; if not, *status is the one to end with. */
static bool take_options(struct tool *tool, int count, char **words, int *status)
{
    static const struct option options[] = {{"help", no_argument, NULL, 'h'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"type", required_argument, NULL, 't'},
                                            {"version", no_argument, NULL, 'V'},
                                            {0}};
    int option, error = 0;
    *status = EXIT_USAGE;
    while (error == 0 && (option = getopt_long(count, words, "+d:m:x:h", options, NULL)) != -1) {
        switch (option) {
        case 'd':
            error = open_disk(tool, optarg);
            break;
        case 'm':
            error = take_memory(tool, optarg);
            break;
        case 'x':
            tool->machine.command_line = optarg;
            break;
        case 't':
            error = take_type(tool, optarg);
            break;
        case 'j':
            tool->json = true;
            break;
        case 'V':
            print_line("pvboot %s", PVBOOT_VERSION);
            *status = EXIT_SUCCESS;
            return false;
        case 'h':
            *status = usage(stdout, EXIT_SUCCESS);
            return false;
        default:
            return usage(stderr, EXIT_USAGE) == EXIT_SUCCESS;
        }
    }
    return error == 0;
}

/* The command that the words say, with so many of them after it as it takes; NULL: none. */
static const struct command *find_command(int count, char *const *words)
{
    for (size_t i = 0; count > 0 && i < COMMAND_COUNT; i++) {
        if (strcmp(words[0], commands[i].name) == 0) {
            return count - 1 == commands[i].arguments ? &commands[i] : NULL;
        }
    }
    return NULL;
}

/* What the loader has, in the type of domain that gives it more. */
static uint64_t loaders_room(const struct tool *tool)
{
    uint64_t room = 0;
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        room = tool->types[type] ? max_u64(room, host_room(type, tool->memory.length)) : room;
    }
    return room;
}

static int open_devices(struct tool *tool, bool as_loader)
{
    const struct machine *machine = &tool->machine;
    struct arena *arena = &tool->arena;
    if (as_loader) {
        arena = &tool->devices_arena;
        uint64_t memory = memory_ram(&machine->memory);
        if (host_arena_limit(&tool->arena, loaders_room(tool)) != 0 ||
            arena_open_within(arena, &tool->arena, devices_room(memory)) != 0) {
            return fail(machine->log, ERR_NO_MEMORY, "%lu MiB are too small for the loader itself",
                        memory >> 20);
        }
    }
    return devices_open(&tool->devices, machine->disks, machine->disk_count, arena, machine->log);
}

static int run_command(struct tool *tool, int count, char **words)
{
    const struct command *command = find_command(count, words);
    if (command == NULL || tool->machine.disk_count == 0) {
        return usage(stderr, EXIT_USAGE);
    }
    return open_devices(tool, command->as_loader) == 0 ? command->run(tool, words + 1)
                                                       : EXIT_FAILURE;
}

int main(int count, char **words)
{
    static struct tool tool;
    int status;
    if (open_tool(&tool) != 0) {
        (void)fprintf(stderr, "pvboot: no address space to work in\n");
        return EXIT_FAILURE;
    }
    if (take_options(&tool, count, words, &status)) {
        status = run_command(&tool, count - optind, words + optind);
    }
    if (print_flush() != 0 && status == EXIT_SUCCESS) {
        log_line(tool.machine.log, "standard output: it could not be written");
        return EXIT_FAILURE;
    }
    return status;
}
