/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding the config, as the loader does. */
#include "boot/commands/commands.h"
#include "boot/kernels.h"
#include "boot/options.h"
#include "boot/saved.h"
#include "boot/search.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/menu.h"

/* What stands beside the menu, where it says so. */
static void apply_saved(struct pvboot_menu *menu)
{
    struct config *config = &menu->config;
    size_t entry;
    if (config->default_saved &&
        saved_read(&menu->devices, config->name, &entry, &menu->arena, menu->machine.log) == 0 &&
        entry < config->entry_count) {
        config->default_entry = entry;
    }
}

static int find(struct pvboot_menu *menu)
{
    struct log *log = menu->machine.log;
    struct config *config = &menu->config;
    struct settings settings = {0};
    const struct search search = {.machine = &menu->machine,
                                  .options = &menu->options,
                                  .devices = &menu->devices,
                                  .settings = &settings,
                                  .arena = &menu->arena,
                                  .log = log};
    int error = search_config(&search, config, &menu->home);
    bool searched = !search_is_given(&menu->machine, &menu->options);
    if (error == ERR_NOT_FOUND && searched) {
        error = kernels_menu(config, &menu->devices, &menu->arena, log);
    }
    if (error == ERR_NOT_FOUND && searched) {
        return fail(log, error, "no menu was found on these disks, and no netbsd");
    }
    return error == 0 && config->entry_count == 0
               ? fail(log, ERR_NOT_FOUND, "%s: there is no entry in it", config->name)
               : error;
}

int menu_find_config(struct pvboot_menu *menu)
{
    struct options *options = &menu->options;
    struct config *config = &menu->config;
    int error = options_parse(options, menu->machine.command_line, &menu->arena, menu->machine.log);
    if (error == 0) {
        error = find(menu);
    }
    if (error != 0) {
        return error;
    }
    apply_saved(menu);
    if (options->has_entry && (size_t)options->entry < config->entry_count) {
        config->default_entry = (size_t)options->entry;
    }
    if (options->has_timeout) {
        config->timeout = options->timeout;
    }
    return 0;
}
