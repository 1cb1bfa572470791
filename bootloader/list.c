/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/list.h"

#include <stdio.h>
#include <string.h>

#include "boot/commands/commands.h"
#include "boot/device_name.h"
#include "boot/devices.h"
#include "boot/host.h"
#include "boot/kernels.h"
#include "boot/options.h"
#include "boot/search.h"
#include "boot/starter.h"
#include "bootloader/request.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/utf.h"
#include "pvops/machine.h"

/* A menu that is open, and what its entries come to. */
struct list {
    struct starter starter; /* first */
    struct machine *machine;
    struct options options;
    struct settings settings;
    struct devices devices;
    struct config config;
    struct place *home;
    struct plan plan; /* of the entry that was run last */
    bool planned;
};

/* ---- the menu ------------------------------------------------------------------------------- */

static int open_menu(struct list *list)
{
    struct machine *machine = list->machine;
    const struct search search = {.machine = machine,
                                  .options = &list->options,
                                  .devices = &list->devices,
                                  .settings = &list->settings,
                                  .arena = machine->arena,
                                  .log = machine->log};
    int error = search_config(&search, &list->config, &list->home);
    if (error == ERR_NOT_FOUND && !search_is_given(machine, &list->options)) {
        error = kernels_menu(&list->config, &list->devices, machine->arena, machine->log);
        return error == ERR_NOT_FOUND ? fail(machine->log, error, "no menu was found on this disk")
                                      : error;
    }
    return error;
}

static int open_list(struct list *list)
{
    struct machine *machine = list->machine;
    struct log *log = machine->log;
    int error = options_parse(&list->options, machine->command_line, machine->arena, log);
    if (error == 0) {
        error =
            devices_open(&list->devices, machine->disks, machine->disk_count, machine->arena, log);
    }
    return error != 0 ? error : open_menu(list);
}

/* ---- its entries ---------------------------------------------------------------------------- */

static int note(struct starter *starter, const struct plan *plan)
{
    struct list *list = (struct list *)starter;
    list->plan = *plan;
    list->planned = true;
    return 0;
}

/* What is wrong with an entry has been said; it has no kernel then. */
static void run(struct list *list, const struct entry *entry)
{
    struct machine *machine = list->machine;
    struct context context = {.machine = machine,
                              .devices = &list->devices,
                              .arena = machine->arena,
                              .log = machine->log,
                              .starter = &list->starter,
                              .settings = &list->settings,
                              .config = &list->config,
                              .entry = entry,
                              .plan = {.root = list->home, .append = list->options.append}};
    list->plan = (struct plan){0};
    list->planned = false;
    (void)commands_run_entry(&context);
}

/* Texts from a disk must not command the terminal. */
static void put(const char *name, const char *text)
{
    char line[2048];
    (void)snprintf(line, sizeof line, "%s: %s", name, text); /* cut */
    utf8_disarm(line);
    (void)puts(line); /* whoever reads it sees that it ends too early */
}

static const char *below_device(const char *path)
{
    return path + device_name_length(path);
}

/* In one line, as the menu has them. */
static void put_initrds(const struct list *list)
{
    const struct plan *plan = &list->plan;
    const char *all = "";
    for (size_t i = 0; all != NULL && i < plan->initrd_count; i++) {
        all = arena_format(list->machine->arena, "%s%s%s", all, i > 0 ? " " : "",
                           below_device(plan->initrds[i]));
    }
    if (all != NULL && all[0] != '\0') {
        put("  initrd", all);
    }
}

static void put_arguments(const struct list *list)
{
    const struct plan *plan = &list->plan;
    const char *more = plan->append != NULL ? plan->append : "";
    const char *line = arena_format(list->machine->arena, "%s%s%s", plan->arguments,
                                    plan->arguments[0] != '\0' && more[0] != '\0' ? " " : "", more);
    put("  args", line != NULL ? line : plan->arguments);
}

static void put_entry(const struct list *list, const struct entry *entry)
{
    const struct plan *plan = &list->plan;
    char root[DEVICE_NAME_SIZE] = "None";
    put("title", entry->title);
    if (!list->planned) {
        return;
    }
    if (plan->kernel_root != NULL) {
        device_name_of(plan->kernel_root, root);
    }
    put("  root", root);
    put("  kernel", below_device(plan->kernel));
    put_arguments(list);
    put_initrds(list);
}

static void put_all(struct list *list)
{
    for (struct entry *entry = entry_find(list->config.root, 0); entry != NULL;
         entry = entry_next(entry)) {
        run(list, entry);
        put_entry(list, entry);
    }
}

static int put_wanted(struct list *list)
{
    struct host host;
    size_t number = list->config.default_entry;
    int timeout = 0;
    host_open(&host, list->machine->store);
    (void)host_asks(&host, &list->config, &number, &timeout); /* else the default */
    struct entry *entry = entry_find(list->config.root, number);
    if (entry == NULL) {
        return fail(list->machine->log, ERR_NOT_FOUND, "there is no entry in it");
    }
    run(list, entry);
    if (!list->planned) {
        return fail(list->machine->log, ERR_NOT_FOUND, "%s: it boots no kernel", entry->title);
    }
    put("  kernel", below_device(list->plan.kernel));
    put_initrds(list);
    put_arguments(list);
    return 0;
}

int list_entries(struct machine *machine, const struct request *request)
{
    static struct list list;
    list.starter.start = note;
    list.machine = machine;
    int error = open_list(&list);
    if (error != 0) {
        return error;
    }
    if (request->is_config) {
        return put_wanted(&list);
    }
    put_all(&list);
    return 0;
}
