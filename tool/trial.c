/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/trial.h"

#include "boot/commands/commands.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

static int start(struct starter *starter, const struct plan *plan)
{
    struct trial *trial = (struct trial *)starter;
    struct machine *machine = &trial->tool->machine;
    trial->planned = true;
    trial->plan = *plan;
    int error =
        load_plan(&trial->loaded, plan, machine, &trial->tool->devices, false, machine->log);
    trial->loads = error == 0;
    return error != 0 ? error : trial->judge(trial);
}

int trial_run(struct trial *trial, struct tool *tool, const struct config *config,
              struct place *home, const struct entry *entry)
{
    struct machine *machine = &tool->machine;
    struct settings settings = {0};
    struct context context = {.machine = machine,
                              .devices = &tool->devices,
                              .arena = machine->arena,
                              .log = machine->log,
                              .starter = &trial->starter,
                              .settings = &settings,
                              .config = config,
                              .entry = entry,
                              .plan = {.root = home, .append = tool->options.append}};
    trial->starter.start = start;
    trial->tool = tool;
    trial->planned = trial->loads = false;
    int result = commands_run_entry(&context);
    if (result >= 0 && result != COMMAND_STARTED) {
        return fail(machine->log, ERR_UNSUPPORTED,
                    "%s: it opens the menu, the prompt, or another menu", entry->title);
    }
    return result < 0 ? result : 0;
}
