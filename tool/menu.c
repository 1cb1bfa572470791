/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot menu: the entries as the loader would show them, the default one marked. */
#include <stdio.h>
#include <stdlib.h>

#include "boot/options.h"
#include "boot/search.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/config.h"
#include "tool/tool.h"

int tool_config(struct tool *tool, struct config *config, struct place **home)
{
    struct log *log = tool->machine.log;
    struct options options;
    int error = options_parse(&options, tool->machine.command_line, &tool->arena, log);
    error = error != 0 ? error
                       : search_config(config, home, &tool->machine, &options, &tool->devices,
                                       &tool->arena, log);
    if (error == ERR_NOT_FOUND && options.config == NULL) {
        return fail(log, error, "no menu.lst, grub.conf or boot.cfg was found on these disks");
    }
    if (error == 0 && config->entry_count == 0) {
        return fail(log, ERR_NOT_FOUND, "%s: there is no entry in it", config->name);
    }
    if (error == 0 && options.has_entry && (size_t)options.entry < config->entry_count) {
        config->default_entry = (size_t)options.entry;
    }
    if (error == 0 && options.has_timeout) {
        config->timeout = options.timeout;
    }
    return error;
}

int tool_menu(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct config config = {0};
    struct place *home;
    if (tool_config(tool, &config, &home) != 0) {
        return EXIT_FAILURE;
    }
    (void)printf("%s\n", config.name);
    for (size_t i = 0; i < config.banner_count; i++) {
        (void)printf("  %s\n", config.banner[i]);
    }
    for (size_t i = 0; i < config.entry_count; i++) {
        (void)printf("%c %2zu  %s\n", i == config.default_entry ? '>' : ' ', i,
                     config.entries[i].title);
    }
    if (config.timeout == TIMEOUT_NEVER) {
        (void)printf("waits for a key\n");
    } else {
        (void)printf("boots in %d s\n", config.timeout);
    }
    return EXIT_SUCCESS;
}
