/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot_menu_try(): an entry that was tried, as the library shows it. */
#include "lib/error.h"
#include "libpvboot/handle.h"
#include "libpvboot/menu.h"
#include "libpvboot/trial.h"

static const char *keep_text(struct pvboot_menu *menu, const char *text)
{
    return text != NULL ? arena_format(&menu->texts, "%s", text) : NULL;
}

/* ---- files ---------------------------------------------------------------------------------- */

/* The path with its device; one whose device is none that there is, is as it was written. */
static const char *resolve(struct pvboot_menu *menu, struct place *root, const char *path)
{
    const char *rest;
    struct place *place = devices_resolve(&menu->devices, root, path, &rest);
    return place != NULL ? menu_name_path(menu, place, rest) : keep_text(menu, path);
}

static struct pvboot_module describe_file(struct pvboot_menu *menu, struct place *root,
                                          const char *path, const char *arguments)
{
    struct file file;
    struct node node;
    bool found = devices_open_file(&menu->devices, root, path, true, &file, &node) == 0;
    return (struct pvboot_module){.path = resolve(menu, root, path),
                                  .arguments = keep_text(menu, arguments),
                                  .size = found ? (int64_t)file.source.size : -1};
}

static int describe_initrds(struct pvboot_menu *menu, const struct plan *plan)
{
    struct pvboot_module *initrds =
        arena_array(&menu->texts, plan->initrd_count + 1, sizeof *initrds);
    if (initrds == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < plan->initrd_count; i++) {
        initrds[i] = describe_file(menu, plan->initrd_roots[i], plan->initrds[i], "");
    }
    menu->trial.initrds = initrds;
    menu->trial.initrd_count = plan->initrd_count;
    return 0;
}

static int describe_modules(struct pvboot_menu *menu, const struct plan *plan)
{
    struct pvboot_module *modules =
        arena_array(&menu->texts, plan->module_count + 1, sizeof *modules);
    if (modules == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < plan->module_count; i++) {
        const struct plan_module *module = &plan->modules[i];
        modules[i] = describe_file(menu, module->root, module->path, module->arguments);
    }
    menu->trial.modules = modules;
    menu->trial.module_count = plan->module_count;
    return 0;
}

/* ---- the trial ------------------------------------------------------------------------------ */

/* What its commands have come to. What looking for sizes says is nothing that the trial has said. */
static int describe_plan(struct pvboot_menu *menu, const struct trial *trial)
{
    const struct plan *plan = &trial->plan;
    size_t said = menu->pvboot->collect.count;
    menu->trial.kernel = resolve(menu, plan->kernel_root, plan->kernel);
    menu->trial.format = keep_text(menu, trial->loaded.format);
    menu->trial.arguments =
        keep_text(menu, trial->loads ? trial->loaded.next.command_line : plan->arguments);
    int error = describe_initrds(menu, plan);
    if (error == 0) {
        error = describe_modules(menu, plan);
    }
    menu->pvboot->collect.count = said;
    return error;
}

/* ---- facts ---------------------------------------------------------------------------------- */

enum { FACTS = 8 };

static uint64_t modules_sum(const struct next_kernel *next)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < next->module_count; i++) {
        sum += next->modules[i].size;
    }
    return sum;
}

static void add_fact(struct pvboot_menu *menu, struct pvboot_fact facts[FACTS], const char *name,
                     const char *text)
{
    if (text != NULL) {
        facts[menu->trial.fact_count++] = (struct pvboot_fact){.name = name, .text = text};
    }
}

static void add_verdicts(struct pvboot_menu *menu, const struct trial *trial,
                         struct pvboot_fact facts[FACTS])
{
    char text[VERDICT_TEXT_SIZE];
    for (unsigned type = 0; type < HOST_TYPES; type++) {
        if (menu->asked.types[type]) {
            verdict_describe(&trial->verdicts, type, &menu->asked, &trial->loaded.next, text);
            add_fact(menu, facts, verdict_names[type], keep_text(menu, text));
        }
    }
}

/* What was loaded, and what would come of it. */
static int describe_loaded(struct pvboot_menu *menu, const struct trial *trial)
{
    const struct next_kernel *next = &trial->loaded.next;
    const struct plan *plan = &trial->plan;
    struct arena *texts = &menu->texts;
    struct pvboot_fact *facts = arena_array(texts, FACTS, sizeof *facts);
    if (facts == NULL) {
        return ERR_NO_MEMORY;
    }
    menu->trial.facts = facts;
    add_fact(menu, facts, "kernel",
             arena_format(texts, "%s (%s)", next->name, trial->loaded.format));
    if (plan->initrd_count > 0) {
        add_fact(menu, facts, "initrd", arena_format(texts, "%lu KiB", next->initrd_size >> 10));
    }
    if (plan->module_count > 0) {
        add_fact(menu, facts, "modules",
                 arena_format(texts, "%lu, %lu KiB", plan->module_count, modules_sum(next) >> 10));
    }
    add_fact(menu, facts, "command", keep_text(menu, next->command_line));
    if (menu->trial.boots) { /* otherwise the messages say it */
        add_verdicts(menu, trial, facts);
    }
    return 0;
}

static struct pvboot_verdict describe_verdict(struct pvboot_menu *menu, const struct trial *trial,
                                              enum host_type type)
{
    const struct host_verdict *verdict = &trial->verdicts.of[type];
    bool is_judged = trial->loads && menu->asked.types[type], boots = verdict->error == 0;
    if (!is_judged) {
        return (struct pvboot_verdict){.is_judged = false};
    }
    return (struct pvboot_verdict){.is_judged = true,
                                   .boots = boots,
                                   .memory = verdict->memory,
                                   .error = boots ? NULL : keep_text(menu, verdict->reason)};
}

static int describe(struct pvboot_menu *menu, const struct trial *trial)
{
    menu->trial.pv = describe_verdict(menu, trial, HOST_PV);
    menu->trial.pvh = describe_verdict(menu, trial, HOST_PVH);
    int error = trial->planned ? describe_plan(menu, trial) : 0;
    return error == 0 && trial->loads ? describe_loaded(menu, trial) : error;
}

static int try_entry(struct pvboot_menu *menu, const struct entry *entry)
{
    struct trial trial;
    size_t mark = arena_mark(&menu->arena);
    menu->trial.boots = trial_run(&trial, menu, entry) == 0;
    int error = describe(menu, &trial);
    arena_release(&menu->arena, mark);
    return error;
}

int pvboot_menu_try(struct pvboot_menu *menu, size_t number, const struct pvboot_trial **trial)
{
    menu_begin(menu);
    menu->trial = (struct pvboot_trial){.arguments = ""};
    *trial = &menu->trial;
    const struct entry *entry = menu_find_entry(menu, number);
    return handle_end(menu->pvboot, entry != NULL ? try_entry(menu, entry) : ERR_NOT_FOUND);
}
