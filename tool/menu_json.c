/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/menu_json.h"

#include <stdlib.h>
#include <string.h>

#include "boot/device_name.h"
#include "boot/menus.h"
#include "lib/error.h"
#include "menu/grammar/grammar.h"
#include "tool/json.h"
#include "tool/load_config.h"
#include "tool/tool.h"
#include "tool/trial.h"
#include "tool/verdicts.h"

/* ---- paths ---------------------------------------------------------------------------------- */

/* "(hd0,gpt2)/boot/vmlinuz": in the arena, or NULL. */
static const char *name_path(struct tool *tool, const struct place *place, const char *path)
{
    char device[DEVICE_NAME_SIZE];
    device_name_of(place, device);
    return arena_format(&tool->arena, "(%s)%s%s", device, path[0] == '/' ? "" : "/", path);
}

/* The same for a path that may have a device; one that names none that there is, is as it was written. */
static const char *resolve(struct tool *tool, struct place *root, const char *path)
{
    const char *rest;
    struct place *place = devices_resolve(&tool->devices, root, path, &rest);
    return place != NULL ? name_path(tool, place, rest) : path;
}

/* ---- an entry that was tried ---------------------------------------------------------------- */

static void put_file(struct json *json, struct tool *tool, struct place *root, const char *path)
{
    struct file file;
    struct node node;
    json_text(json, "path", resolve(tool, root, path));
    if (devices_open_file(&tool->devices, root, path, true, &file, &node) == 0) {
        json_number(json, "size", (int64_t)file.source.size);
    } else {
        json_text(json, "size", NULL);
    }
}

static void put_initrds(struct json *json, const struct trial *trial)
{
    const struct plan *plan = &trial->plan;
    json_open(json, "initrds", '[');
    for (size_t i = 0; trial->planned && i < plan->initrd_count; i++) {
        json_open(json, NULL, '{');
        put_file(json, trial->tool, plan->initrd_roots[i], plan->initrds[i]);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_modules(struct json *json, const struct trial *trial)
{
    const struct plan *plan = &trial->plan;
    json_open(json, "modules", '[');
    for (size_t i = 0; trial->planned && i < plan->module_count; i++) {
        json_open(json, NULL, '{');
        put_file(json, trial->tool, plan->modules[i].root, plan->modules[i].path);
        json_text(json, "arguments", plan->modules[i].arguments);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void put_kernel(struct json *json, const struct trial *trial)
{
    const struct plan *plan = &trial->plan;
    if (!trial->planned) {
        json_text(json, "kernel", NULL);
        return;
    }
    json_open(json, "kernel", '{');
    json_text(json, "path", resolve(trial->tool, plan->kernel_root, plan->kernel));
    json_text(json, "format", trial->loaded.format);
    json_close(json, '}');
}

static void put_arguments(struct json *json, const struct trial *trial)
{
    json_text(json, "arguments",
              !trial->planned ? ""
              : trial->loads  ? trial->loaded.next.command_line
                              : trial->plan.arguments);
}

static void put_errors(struct json *json, const struct collect *collect, size_t count)
{
    json_open(json, "errors", '[');
    for (size_t i = 0; i < count; i++) {
        json_text(json, NULL, collect->lines[i]);
    }
    json_close(json, ']');
}

/* In a domain of one type; null where that is not asked about, or nothing was loaded that could be judged. */
static void put_verdict(struct json *json, unsigned type, const struct host_verdict *verdict)
{
    if (verdict == NULL) {
        json_text(json, host_type_names[type], NULL);
        return;
    }
    json_open(json, host_type_names[type], '{');
    json_bool(json, "boots", verdict->error == 0);
    if (verdict->error == 0) {
        json_number(json, "memory", (int64_t)verdict->memory);
    } else {
        json_text(json, "memory", NULL);
    }
    json_text(json, "error", verdict->error != 0 ? verdict->reason : NULL);
    json_close(json, '}');
}

struct judged {
    struct trial trial; /* first */
    struct verdicts verdicts;
};

static int judge(struct trial *trial)
{
    struct verdicts *verdicts = &((struct judged *)trial)->verdicts;
    int error = verdicts_judge(verdicts, trial->tool, &trial->loaded.next);
    if (error != 0) {
        verdicts_log(verdicts, trial->tool, trial->tool->machine.log);
    }
    return error;
}

/* Returns whether it would boot. What looking for sizes says is no error of the entry's. */
static bool put_trial(struct json *json, struct tool *tool, const struct config *config,
                      struct place *home, const struct entry *entry)
{
    struct judged judged = {.trial.judge = judge};
    struct trial *trial = &judged.trial;
    collect_clear(&tool->collect);
    int error = trial_run(trial, tool, config, home, entry);
    size_t errors = error != 0 ? tool->collect.count : 0;
    put_kernel(json, trial);
    put_initrds(json, trial);
    put_modules(json, trial);
    put_arguments(json, trial);
    json_bool(json, "boots", error == 0);
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        bool is_judged = trial->loads && tool->types[type];
        put_verdict(json, type, is_judged ? &judged.verdicts.of[type] : NULL);
    }
    put_errors(json, &tool->collect, errors);
    return error == 0;
}

/* ---- the menu ------------------------------------------------------------------------------- */

/* The titles of the menus that it is in, the outermost first. */
static void put_submenus(struct json *json, const struct entry *submenu)
{
    if (submenu->parent != NULL) {
        put_submenus(json, submenu->parent);
        json_text(json, NULL, submenu->title);
    }
}

static bool put_entry(struct json *json, struct tool *tool, const struct config *config,
                      struct place *home, const struct entry *entry, bool tries)
{
    size_t mark = arena_mark(&tool->arena);
    json_open(json, NULL, '{');
    json_number(json, "number", (int64_t)entry->number);
    json_text(json, "title", entry->title);
    json_open(json, "submenu", '[');
    put_submenus(json, entry->parent);
    json_close(json, ']');
    json_text(json, "id", entry->id);
    bool boots = tries && put_trial(json, tool, config, home, entry);
    json_close(json, '}');
    arena_release(&tool->arena, mark);
    return boots;
}

/* All menus but the one that counts. */
static void put_others(struct json *json, struct tool *tool, const char *chosen)
{
    struct found_menu menus[MENUS_AT_PLACE];
    for (size_t i = 0; i < tool->devices.count; i++) {
        size_t count = menus_at(&tool->devices, &tool->devices.places[i], menus);
        for (size_t j = 0; j < count; j++) {
            const char *path = name_path(tool, menus[j].place, menus[j].path);
            if (path != NULL && (chosen == NULL || strcmp(path, chosen) != 0)) {
                json_text(json, NULL, path);
            }
        }
    }
}

/* Returns whether the default one would boot. */
static bool put_entries(struct json *json, struct tool *tool, const struct config *config,
                        struct place *home, bool tries)
{
    bool boots = false;
    for (struct entry *entry = entry_find(config->root, 0); entry != NULL;
         entry = entry_next(entry)) {
        bool this_boots = put_entry(json, tool, config, home, entry, tries);
        boots = boots || (this_boots && entry->number == config->default_entry);
    }
    return boots;
}

static const char *name_config(struct tool *tool, const struct config *config, struct place *home)
{
    return home != NULL ? name_path(tool, home, config->name + device_name_length(config->name))
                        : config->name;
}

int menu_json(struct tool *tool, bool tries)
{
    struct json json = {0};
    struct config config = {0};
    struct place *home = NULL;
    bool found = tool_config(tool, &config, &home) == 0;
    const char *name = found ? name_config(tool, &config, home) : NULL;
    json_open(&json, NULL, '{');
    json_text(&json, "config", name);
    json_text(&json, "kind", found ? config.grammar->name : NULL);
    json_number(&json, "default", (int64_t)config.default_entry);
    json_number(&json, "timeout", found ? config.timeout : TIMEOUT_NEVER);
    json_open(&json, "others", '[');
    put_others(&json, tool, name);
    json_close(&json, ']');
    json_open(&json, "entries", '[');
    bool boots = found && put_entries(&json, tool, &config, home, tries);
    json_close(&json, ']');
    json_close(&json, '}');
    json_end();
    return boots || (found && !tries) ? EXIT_SUCCESS : EXIT_FAILURE;
}
