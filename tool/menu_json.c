/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/menu_json.h"

#include <stdlib.h>

#include "tool/json.h"
#include "tool/tool.h"

/* ---- an entry that was tried ---------------------------------------------------------------- */

static void put_kernel(struct json *json, const struct pvboot_trial *trial)
{
    if (trial->kernel == NULL) {
        json_text(json, "kernel", NULL);
        return;
    }
    json_open(json, "kernel", '{');
    json_text(json, "path", trial->kernel);
    json_text(json, "format", trial->format);
    json_close(json, '}');
}

static void put_file(struct json *json, const struct pvboot_module *module)
{
    json_text(json, "path", module->path);
    if (module->size >= 0) {
        json_number(json, "size", module->size);
    } else {
        json_text(json, "size", NULL);
    }
}

static void put_initrds(struct json *json, const struct pvboot_trial *trial)
{
    json_open(json, "initrds", '[');
    for (size_t i = 0; i < trial->initrd_count; i++) {
        json_open(json, NULL, '{');
        put_file(json, &trial->initrds[i]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_modules(struct json *json, const struct pvboot_trial *trial)
{
    json_open(json, "modules", '[');
    for (size_t i = 0; i < trial->module_count; i++) {
        json_open(json, NULL, '{');
        put_file(json, &trial->modules[i]);
        json_text(json, "arguments", trial->modules[i].arguments);
        json_close(json, '}');
    }
    json_close(json, ']');
}

/* Why it would not boot: nothing, of one that would. */
static void put_errors(struct json *json, const struct pvboot *pvboot, bool boots)
{
    json_open(json, "errors", '[');
    for (size_t i = 0; !boots && i < pvboot_message_count(pvboot); i++) {
        json_text(json, NULL, pvboot_message(pvboot, i));
    }
    json_close(json, ']');
}

/* In a domain of one type; null where that is not asked about, or nothing was loaded that could be judged. */
static void put_verdict(struct json *json, const char *type, const struct pvboot_verdict *verdict)
{
    if (!verdict->is_judged) {
        json_text(json, type, NULL);
        return;
    }
    json_open(json, type, '{');
    json_bool(json, "boots", verdict->boots);
    if (verdict->boots) {
        json_number(json, "memory", (int64_t)verdict->memory);
    } else {
        json_text(json, "memory", NULL);
    }
    json_text(json, "error", verdict->error);
    json_close(json, '}');
}

/* Returns whether it would boot. */
static bool put_trial(struct json *json, struct tool *tool, struct pvboot_menu *menu, size_t number)
{
    const struct pvboot_trial *trial;
    bool boots = pvboot_menu_try(menu, number, &trial) == 0 && trial->boots;
    progress_add(&tool->progress, 1, 0);
    put_kernel(json, trial);
    put_initrds(json, trial);
    put_modules(json, trial);
    json_text(json, "arguments", trial->arguments);
    json_bool(json, "boots", boots);
    put_verdict(json, "pv", &trial->pv);
    put_verdict(json, "pvh", &trial->pvh);
    put_errors(json, tool->pvboot, boots);
    return boots;
}

/* ---- the menu ------------------------------------------------------------------------------- */

static void put_texts(struct json *json, const char *name, const char *const *texts, size_t count)
{
    json_open(json, name, '[');
    for (size_t i = 0; i < count; i++) {
        json_text(json, NULL, texts[i]);
    }
    json_close(json, ']');
}

static void put_entry(struct json *json, const struct pvboot_entry *entry)
{
    json_number(json, "number", (int64_t)entry->number);
    json_text(json, "title", entry->title);
    put_texts(json, "submenu", entry->submenus, entry->submenu_count);
    json_text(json, "id", entry->id);
}

/* Returns whether the default one would boot. */
static bool put_entries(struct json *json, struct tool *tool, struct pvboot_menu *menu, bool tries)
{
    size_t default_entry = pvboot_menu_about(menu)->default_entry;
    const struct pvboot_entry *entry;
    bool default_boots = false;
    json_open(json, "entries", '[');
    for (size_t i = 0; (entry = pvboot_menu_entry(menu, i)) != NULL; i++) {
        json_open(json, NULL, '{');
        put_entry(json, entry);
        bool boots = tries && put_trial(json, tool, menu, i);
        json_close(json, '}');
        default_boots = default_boots || (boots && i == default_entry);
    }
    json_close(json, ']');
    return default_boots;
}

static void put_others(struct json *json, struct pvboot_menu *menu)
{
    const char *const *paths;
    int count = pvboot_menu_others(menu, &paths);
    put_texts(json, "others", paths, count > 0 ? (size_t)count : 0);
}

/* What was wrong with finding a menu: what its entries have to say stands with them. */
static void put_menu(struct json *json, struct tool *tool, struct pvboot_menu *menu)
{
    static const struct pvboot_menu_about nothing = {.timeout = -1};
    const struct pvboot_menu_about *about = menu != NULL ? pvboot_menu_about(menu) : &nothing;
    json_text(json, "config", about->config);
    json_text(json, "kind", about->kind);
    json_number(json, "default", (int64_t)about->default_entry);
    json_number(json, "timeout", about->timeout);
    tool_put_errors(tool, json);
}

int menu_json(struct tool *tool, bool tries)
{
    struct json json = {0};
    struct pvboot_menu *menu = NULL;
    bool boots = false, is_open = pvboot_menu_open(tool->pvboot, &tool->domain, &menu) == 0;
    bool found = is_open && pvboot_menu_about(menu)->config != NULL;
    json_open(&json, NULL, '{');
    put_menu(&json, tool, menu);
    if (is_open) {
        put_others(&json, menu);
        boots = put_entries(&json, tool, menu, tries);
    } else {
        put_texts(&json, "others", NULL, 0);
        put_texts(&json, "entries", NULL, 0);
    }
    json_close(&json, '}');
    json_end();
    pvboot_menu_close(menu);
    return boots || (found && !tries) ? STATUS_GOOD : STATUS_BAD;
}
