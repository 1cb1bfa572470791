/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot check: every entry is loaded as the loader would load it, and stops where it would be
 * entered.
 */
#include <stdio.h>
#include <stdlib.h>

#include "boot/commands/commands.h"
#include "boot/load.h"
#include "lib/error.h"
#include "tool/config.h"
#include "tool/tool.h"

static int try_entry(struct tool *tool, const struct config *config, struct place *home,
                     const struct entry *entry)
{
    struct machine *machine = &tool->machine;
    struct settings settings = {0};
    struct context context = {.machine = machine,
                              .devices = &tool->devices,
                              .arena = machine->arena,
                              .log = machine->log,
                              .settings = &settings,
                              .config = config,
                              .entry = entry,
                              .plan = {.root = home}};
    struct loaded loaded;
    int error = commands_run_entry(&context, &entry->body);
    if (error >= 0 && error != COMMAND_BOOT) {
        (void)printf("      opens the menu, the prompt, or another menu\n");
        return ERR_UNSUPPORTED;
    }
    error = error < 0
                ? error
                : load_plan(&loaded, &context.plan, machine, &tool->devices, false, machine->log);
    if (error != 0) {
        return error;
    }
    (void)printf("      kernel   %s (%s)\n", loaded.kernel_name, loaded.format);
    if (context.plan.initrd_count > 0) {
        (void)printf("      initrd   %lu KiB\n", loaded.next.initrd_size >> 10);
    }
    if (context.plan.module_count > 0) {
        (void)printf("      modules  %lu, %lu KiB\n", context.plan.module_count,
                     loaded.next.initrd_size >> 10);
    }
    (void)printf("      command  %s\n", loaded.next.command_line);
    return machine->enter(machine, &loaded.next);
}

/*
 * File systems stay mounted from one entry to the next, so they are all mounted before the first
 * mark.
 */
static void mount_all(struct tool *tool)
{
    for (size_t i = 0; i < tool->devices.count; i++) {
        (void)devices_volume(&tool->devices,
                             &tool->devices.places[i]); /* what is wrong is logged */
    }
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
    mount_all(tool);
    (void)printf("config %s\n", config.name);
    for (struct entry *entry = entry_first(config.root); entry != NULL; entry = entry_next(entry)) {
        size_t mark = arena_mark(&tool->arena);
        bool is_default = entry->number == config.default_entry;
        (void)printf("%c %2zu  %s\n", is_default ? '>' : ' ', entry->number, entry->title);
        (void)fflush(stdout); /* before the reasons, which go to standard error */
        int error = try_entry(tool, &config, home, entry);
        (void)printf("      %s\n", error == 0 ? "would boot" : "would NOT boot");
        status = is_default && error == 0 ? EXIT_SUCCESS : status;
        arena_release(&tool->arena, mark);
    }
    return status;
}
