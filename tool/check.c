/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot check: every entry is loaded as the loader would load it, and stops where it would be
 * entered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "boot/commands/commands.h"
#include "boot/load.h"
#include "boot/starter.h"
#include "lib/error.h"
#include "tool/load_config.h"
#include "tool/print.h"
#include "tool/tool.h"

/* Starts a plan on trial: prints what would be entered. */
struct trial {
    struct starter starter;
    struct tool *tool;
};

static uint64_t modules_sum(const struct next_kernel *next)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < next->module_count; i++) {
        sum += next->modules[i].size;
    }
    return sum;
}

static void print_plan(const struct plan *plan, const struct loaded *loaded)
{
    print_line("      kernel   %s (%s)", loaded->next.name, loaded->format);
    if (plan->initrd_count > 0) {
        print_line("      initrd   %lu KiB", loaded->next.initrd_size >> 10);
    }
    if (plan->module_count > 0) {
        print_line("      modules  %lu, %lu KiB", plan->module_count,
                   modules_sum(&loaded->next) >> 10);
    }
    print_line("      command  %s", loaded->next.command_line);
}

static int start(struct starter *starter, const struct plan *plan)
{
    struct tool *tool = ((struct trial *)starter)->tool;
    struct machine *machine = &tool->machine;
    struct loaded loaded;
    int error = load_plan(&loaded, plan, machine, &tool->devices, false, machine->log);
    if (error != 0) {
        return error;
    }
    print_plan(plan, &loaded);
    return machine->enter(machine, &loaded.next);
}

static int try_entry(struct tool *tool, const struct config *config, struct place *home,
                     const struct entry *entry)
{
    struct machine *machine = &tool->machine;
    struct settings settings = {0};
    struct trial trial = {.starter.start = start, .tool = tool};
    struct context context = {.machine = machine,
                              .devices = &tool->devices,
                              .arena = machine->arena,
                              .log = machine->log,
                              .starter = &trial.starter,
                              .settings = &settings,
                              .config = config,
                              .entry = entry,
                              .plan = {.root = home}};
    int result = commands_run_entry(&context);
    if (result >= 0 && result != COMMAND_STARTED) {
        print_line("      opens the menu, the prompt, or another menu");
        return ERR_UNSUPPORTED;
    }
    return result < 0 ? result : 0;
}

int tool_check(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct config config;
    struct place *home;
    int status = EXIT_FAILURE;
    if (tool_config(tool, &config, &home) != 0) {
        return status;
    }
    print_line("config %s", config.name);
    for (struct entry *entry = entry_first(config.root); entry != NULL; entry = entry_next(entry)) {
        size_t mark = arena_mark(&tool->arena);
        bool is_default = entry->number == config.default_entry;
        print_line("%c %2zu  %s", is_default ? '>' : ' ', entry->number, entry->title);
        (void)fflush(stdout); /* before the reasons, which go to standard error */
        int error = try_entry(tool, &config, home, entry);
        print_line("      %s", error == 0 ? "would boot" : "would NOT boot");
        status = is_default && error == 0 ? EXIT_SUCCESS : status;
        arena_release(&tool->arena, mark);
    }
    return status;
}
