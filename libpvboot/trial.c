/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/trial.h"

#include "boot/commands/commands.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/menu.h"

static int judge(struct trial *trial)
{
    const struct pvboot_menu *menu = trial->menu;
    int error = verdicts_judge(&trial->verdicts, &menu->asked, &trial->loaded.next, &menu->arena);
    if (error != 0) {
        verdicts_log(&trial->verdicts, &menu->asked, menu->machine.log);
    }
    return error;
}

static int start(struct starter *starter, const struct plan *plan)
{
    struct trial *trial = (struct trial *)starter;
    struct pvboot_menu *menu = trial->menu;
    trial->planned = true;
    trial->plan = *plan;
    int error =
        load_plan(&trial->loaded, plan, &menu->machine, &menu->devices, false, menu->machine.log);
    trial->loads = error == 0;
    return error != 0 ? error : judge(trial);
}

int trial_run(struct trial *trial, struct pvboot_menu *menu, const struct entry *entry)
{
    struct machine *machine = &menu->machine;
    struct settings settings = {0};
    *trial = (struct trial){.starter.start = start, .menu = menu};
    struct context context = {.machine = machine,
                              .devices = &menu->devices,
                              .arena = machine->arena,
                              .log = machine->log,
                              .starter = &trial->starter,
                              .settings = &settings,
                              .config = &menu->config,
                              .entry = entry,
                              .plan = {.root = menu->home, .append = menu->options.append}};
    int result = commands_run_entry(&context);
    if (result >= 0 && result != COMMAND_STARTED) {
        return fail(machine->log, ERR_UNSUPPORTED,
                    "%s: it opens the menu, the prompt, or another menu", entry->title);
    }
    return result < 0 ? result : 0;
}
