/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot menu: the entries as the loader would show them, the default one marked. */
#include <stdlib.h>

#include "tool/menu_json.h"
#include "tool/print.h"
#include "tool/tool.h"

static void print_menu(struct pvboot_menu *menu)
{
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    print_line("%s", about->short_name);
    for (size_t i = 0; i < about->banner_count; i++) {
        print_line("  %s", about->banner[i]);
    }
    const struct pvboot_entry *entry;
    for (size_t i = 0; (entry = pvboot_menu_entry(menu, i)) != NULL; i++) {
        print_line("%c %2zu  %s", i == about->default_entry ? '>' : ' ', i, entry->title);
    }
    if (about->timeout < 0) {
        print_line("waits for a key");
    } else {
        print_line("boots in %d s", about->timeout);
    }
}

int tool_menu(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct pvboot_menu *menu;
    if (tool->json) {
        return menu_json(tool, false);
    }
    if (pvboot_menu_open(tool->pvboot, &tool->domain, &menu) != 0) {
        return STATUS_BAD;
    }
    bool found = pvboot_menu_about(menu)->config != NULL;
    if (found) {
        print_menu(menu);
    }
    pvboot_menu_close(menu);
    return found ? STATUS_GOOD : STATUS_BAD;
}
