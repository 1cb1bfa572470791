/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot check: every entry is loaded as the loader would load it, and stops where it would be
 * entered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "lib/error.h"
#include "tool/load_config.h"
#include "tool/menu_json.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/trial.h"
#include "tool/verdicts.h"

static uint64_t modules_sum(const struct next_kernel *next)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < next->module_count; i++) {
        sum += next->modules[i].size;
    }
    return sum;
}

/* Prints in which domains the kernel would start, or says why in none. */
static int conclude(struct tool *tool, const struct next_kernel *next)
{
    struct verdicts verdicts;
    int error = verdicts_judge(&verdicts, tool, next);
    if (error == 0) {
        verdicts_print(&verdicts, tool, next);
    } else {
        (void)fflush(stdout);
        verdicts_log(&verdicts, tool, tool->machine.log);
    }
    return error;
}

/* Prints what would be entered. */
static int judge(struct trial *trial)
{
    const struct plan *plan = &trial->plan;
    const struct next_kernel *next = &trial->loaded.next;
    print_line("      kernel   %s (%s)", next->name, trial->loaded.format);
    if (plan->initrd_count > 0) {
        print_line("      initrd   %lu KiB", next->initrd_size >> 10);
    }
    if (plan->module_count > 0) {
        print_line("      modules  %lu, %lu KiB", plan->module_count, modules_sum(next) >> 10);
    }
    print_line("      command  %s", next->command_line);
    return conclude(trial->tool, next);
}

static int try_entry(struct tool *tool, const struct config *config, struct place *home,
                     const struct entry *entry)
{
    struct trial trial = {.judge = judge};
    size_t mark = arena_mark(&tool->arena);
    (void)fflush(stdout); /* before the reasons, which go to standard error */
    int error = trial_run(&trial, tool, config, home, entry);
    arena_release(&tool->arena, mark);
    return error;
}

int tool_check(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct config config;
    struct place *home;
    int status = EXIT_FAILURE;
    if (tool->json) {
        return menu_json(tool, true);
    }
    if (tool_config(tool, &config, &home) != 0) {
        return status;
    }
    print_line("config %s", config.name);
    for (struct entry *entry = entry_first(config.root); entry != NULL; entry = entry_next(entry)) {
        bool is_default = entry->number == config.default_entry;
        print_line("%c %2zu  %s", is_default ? '>' : ' ', entry->number, entry->title);
        int error = try_entry(tool, &config, home, entry);
        if (error != 0) {
            print_line("      would NOT boot");
        }
        status = is_default && error == 0 ? EXIT_SUCCESS : status;
    }
    return status;
}
