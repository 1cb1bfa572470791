/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot menu: the entries as the loader would show them, the default one marked. */
#include <stdlib.h>

#include "tool/load_config.h"
#include "tool/menu_json.h"
#include "tool/print.h"
#include "tool/tool.h"

int tool_menu(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct config config = {0};
    struct place *home;
    if (tool->json) {
        return menu_json(tool, false);
    }
    if (tool_config(tool, &config, &home) != 0) {
        return EXIT_FAILURE;
    }
    print_line("%s", config.name);
    for (size_t i = 0; i < config.banner_count; i++) {
        print_line("  %s", config.banner[i]);
    }
    for (struct entry *entry = entry_first(config.root); entry != NULL; entry = entry_next(entry)) {
        print_line("%c %2zu  %s", entry->number == config.default_entry ? '>' : ' ', entry->number,
                   entry->title);
    }
    if (config.timeout == TIMEOUT_NEVER) {
        print_line("waits for a key");
    } else {
        print_line("boots in %d s", config.timeout);
    }
    return EXIT_SUCCESS;
}
