/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot check: every entry is loaded as the loader would load it, and stops where it would be
 * entered.
 */
#include <stdlib.h>

#include "lib/log.h"
#include "tool/foretell.h"
#include "tool/menu_json.h"
#include "tool/print.h"
#include "tool/tool.h"
#include "tool/verdict.h"

/* Returns whether it would boot. */
static bool try_entry(struct tool *tool, struct pvboot_menu *menu, size_t number)
{
    const struct pvboot_trial *trial;
    int error = pvboot_menu_try(menu, number, &trial);
    progress_add(&tool->progress, 1, 0);
    progress_hide(&tool->progress);
    bool boots = error == 0 && trial->boots;
    for (size_t i = 0; i < trial->fact_count; i++) {
        print_line("      %-8s %s", trial->facts[i].name, trial->facts[i].text);
    }
    print_verdict(boots, trial->pv.boots, trial->pvh.boots);
    return boots;
}

/* boots[i]: whether the entry i would boot. */
static void try_all(struct tool *tool, struct pvboot_menu *menu, bool *boots)
{
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    const struct pvboot_entry *entry;
    print_line("config %s", about->short_name);
    for (size_t i = 0; (entry = pvboot_menu_entry(menu, i)) != NULL; i++) {
        bool is_default = i == about->default_entry;
        print_line("%c %2zu  %s", is_default ? '>' : ' ', i, entry->title);
        boots[i] = try_entry(tool, menu, i);
    }
}

/* Returns whether the default one would boot. */
static bool check_menu(struct tool *tool, struct pvboot_menu *menu)
{
    const struct pvboot_menu_about *about = pvboot_menu_about(menu);
    bool *boots = calloc(about->entry_count + 1, sizeof *boots);
    if (boots == NULL) {
        log_line(&tool->said.log, "%s: no memory for its entries", about->short_name);
        return false;
    }
    try_all(tool, menu, boots);
    if (tool->is_living) {
        foretell(menu, boots);
    }
    bool good = boots[about->default_entry];
    free(boots);
    return good;
}

static int check_as_text(struct tool *tool)
{
    struct pvboot_menu *menu;
    if (pvboot_menu_open(tool->pvboot, &tool->domain, &menu) != 0) {
        return STATUS_BAD;
    }
    bool boots = pvboot_menu_about(menu)->config != NULL && check_menu(tool, menu);
    pvboot_menu_close(menu);
    return boots ? STATUS_GOOD : STATUS_BAD;
}

/* Each file begins anew. */
static void note_loaded(void *context, uint64_t bytes)
{
    struct tool *tool = context;
    progress_add(&tool->progress, 0, bytes > tool->loaded ? bytes - tool->loaded : 0);
    tool->loaded = bytes;
}

int tool_check(struct tool *tool, char *const *arguments)
{
    (void)arguments;
    progress_begin(&tool->progress, "check", 0);
    pvboot_on_progress(tool->pvboot, note_loaded, tool);
    int status = tool->json ? menu_json(tool, true) : check_as_text(tool);
    progress_end(&tool->progress);
    return status;
}
