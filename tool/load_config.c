/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/load_config.h"

#include "boot/commands/commands.h"
#include "boot/kernels.h"
#include "boot/options.h"
#include "boot/saved.h"
#include "boot/search.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

/* What stands beside the menu, where it says so. */
static void apply_saved(struct tool *tool, struct config *config)
{
    size_t entry;
    if (config->default_saved &&
        saved_read(&tool->devices, config->name, &entry, &tool->arena, tool->machine.log) == 0 &&
        entry < config->entry_count) {
        config->default_entry = entry;
    }
}

static int find_config(struct tool *tool, struct config *config, struct place **home)
{
    struct log *log = tool->machine.log;
    struct settings settings = {0};
    const struct search search = {.machine = &tool->machine,
                                  .options = &tool->options,
                                  .devices = &tool->devices,
                                  .settings = &settings,
                                  .arena = &tool->arena,
                                  .log = log};
    int error = search_config(&search, config, home);
    bool searched = !search_is_given(&tool->machine, &tool->options);
    if (error == ERR_NOT_FOUND && searched) {
        error = kernels_menu(config, &tool->devices, &tool->arena, log);
    }
    if (error == ERR_NOT_FOUND && searched) {
        return fail(log, error, "no menu was found on these disks, and no netbsd");
    }
    return error == 0 && config->entry_count == 0
               ? fail(log, ERR_NOT_FOUND, "%s: there is no entry in it", config->name)
               : error;
}

int tool_config(struct tool *tool, struct config *config, struct place **home)
{
    struct options *options = &tool->options;
    int error = options_parse(options, tool->machine.command_line, &tool->arena, tool->machine.log);
    if (error != 0) {
        return error;
    }
    error = find_config(tool, config, home);
    if (error != 0) {
        return error;
    }
    apply_saved(tool, config);
    if (options->has_entry && (size_t)options->entry < config->entry_count) {
        config->default_entry = (size_t)options->entry;
    }
    if (options->has_timeout) {
        config->timeout = options->timeout;
    }
    return 0;
}
