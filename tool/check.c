/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot check: every entry is loaded as the loader would load it, and stops where it would be
 * entered.
 */
#include <stdlib.h>

#include "tool/menu_json.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/verdict.h"

/* Returns whether it would boot. */
static bool try_entry(struct pvboot_menu *menu, size_t number)
{
    const struct pvboot_trial *trial;
    int error = pvboot_menu_try(menu, number, &trial);
    bool boots = error == 0 && trial->boots;
    for (size_t i = 0; i < trial->fact_count; i++) {
        print_line("      %-8s %s", trial->facts[i].name, trial->facts[i].text);
    }
    print_verdict(boots, trial->pv.boots, trial->pvh.boots);
    return boots;
}

/* Returns whether the default one would boot. */
static bool try_all(struct pvboot_menu *menu)
{
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    const struct pvboot_entry *entry;
    bool default_boots = false;
    print_line("config %s", about->short_name);
    for (size_t i = 0; (entry = pvboot_menu_entry(menu, i)) != NULL; i++) {
        bool is_default = i == about->default_entry;
        print_line("%c %2zu  %s", is_default ? '>' : ' ', i, entry->title);
        default_boots = (try_entry(menu, i) && is_default) || default_boots;
    }
    return default_boots;
}

int tool_check(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    struct pvboot_menu *menu;
    if (tool->json) {
        return menu_json(tool, true);
    }
    if (pvboot_menu_open(tool->pvboot, &tool->domain, &menu) != 0) {
        return STATUS_BAD;
    }
    bool boots = pvboot_menu_about(menu)->config != NULL && try_all(menu);
    pvboot_menu_close(menu);
    return boots ? STATUS_GOOD : STATUS_BAD;
}
