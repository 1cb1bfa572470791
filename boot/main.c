/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/main.h"

#include "boot/kernels.h"
#include "boot/next_stage.h"
#include "boot/saved.h"
#include "boot/search.h"
#include "boot/session/session.h"
#include "boot/trace.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"
#include "pvops/machine.h"
#include "pvops/wait.h"

/* ---- booting from the menu ------------------------------------------------------------------ */

/* Opens the menu of the config that is open, as it says and as the host says. */
static void open_menu(struct session *session)
{
    struct config *config = &session->config;
    const struct options *options = &session->options;
    struct log *log = &session->messages.log;
    size_t entry = config->default_entry;
    int timeout = session->machine->unattended ? 0
                  : options->has_timeout       ? options->timeout
                                               : config->timeout;
    if (config->default_saved &&
        saved_read(&session->devices, config->name, &entry, session->machine->arena, log) == 0 &&
        entry >= config->entry_count) {
        entry = config->default_entry;
    }
    entry = options->has_entry ? (size_t)options->entry : entry;
    (void)host_asks(&session->host, config, &entry, &timeout);
    if (entry >= config->entry_count) {
        log_line(log, "%s: there is no entry %zu, the first one is taken", config->name, entry);
    }
    menu_open(&session->menu, config, entry, timeout);
}

/* The default, then the fallbacks in turn, unless somebody has pressed a key. Returns an answer. */
static int boot_selected(struct session *session)
{
    const struct config *config = &session->config;
    struct menu *menu = &session->menu;
    bool automatic = menu_expired(menu);
    const struct entry *entry = menu_selected(menu);
    terminal_attend(session, session->attended && !automatic);
    messages_clear(&session->messages);
    int result = attempt_entry(session, entry);
    for (size_t i = 0; automatic && result < 0 && i < config->fallback_count; i++) {
        entry = entry_find(config->root, config->fallbacks[i]);
        result = attempt_entry(session, entry);
    }
    menu_select(menu, entry);
    return result;
}

/* There is nobody to show a menu to. Returns 0 or an error (logged). */
static int boot_unattended(struct session *session)
{
    int result;
    do {
        open_menu(session);
        result = boot_selected(session);
    } while (result == COMMAND_CONFIG);
    if (session->ended || result < 0) {
        return session->ended ? 0 : result;
    }
    return fail(&session->messages.log, ERR_UNSUPPORTED,
                "%s: it boots nothing where nobody is there", menu_selected(&session->menu)->title);
}

/* As often as it takes. */
static void boot_from_menu(struct session *session)
{
    open_menu(session);
    host_report(&session->host, "menu", "");
    while (!session->ended) {
        choose_entry(session);
        int result = session->ended ? 0 : boot_selected(session);
        if (result == COMMAND_PROMPT) {
            (void)shell_run(session); /* it has said why it did not open */
        }
        if (result >= 0) {
            host_report(&session->host, "menu", "");
        }
        if (result == COMMAND_CONFIG) {
            open_menu(session);
            continue;
        }
        bool locked = !session->settings.unlocked;
        menu_open(&session->menu, &session->config, menu_selected(&session->menu)->number,
                  TIMEOUT_NEVER);
        session->menu.locked = session->menu.locked && locked;
    }
}

/* ---- without a menu ------------------------------------------------------------------------- */

static void list_places(struct session *session)
{
    struct log *log = &session->messages.log;
    log_line(log, "No menu was found on these disks:");
    for (size_t i = 0; i < session->devices.count; i++) {
        struct place *place = &session->devices.places[i];
        char text[PLACE_TEXT_SIZE];
        devices_describe(&session->devices, place, text);
        log_line(log, "  %s %s: %s", place->partition->slice.source.name, place_device(place),
                 text);
    }
    if (session->devices.count == 0) {
        log_line(log, "  (there is no disk)");
    }
}

static void explain_nothing_found(struct session *session, int error)
{
    const struct machine *machine = session->machine;
    struct log *log = &session->messages.log;
    if (error == ERR_NO_MEMORY) {
        log_line(log, "The domain's %lu MiB of memory are too small for a menu from its %zu disks.",
                 memory_ram(&machine->memory) >> 20, machine->disk_count);
    } else {
        list_places(session);
    }
    if (!machine->unattended) {
        log_line(log, "The command line can boot what there is; \"menu\" looks again.");
    }
}

/* Starts a newer pvboot, or makes a menu of the kernels that there are. */
static int do_without_config(struct session *session)
{
    struct machine *machine = session->machine;
    struct log *log = &session->messages.log;
    struct plan plan;
    if (next_stage_plan(&plan, machine, &session->options, &session->devices) == 0) {
        log_line(log, "No menu was found; starting %s of %s", plan.kernel,
                 plan.kernel_root->partition->slice.source.name);
        host_report(&session->host, "loading", plan.kernel);
        (void)attempt_plan(session, &plan); /* why it failed is logged */
    }
    return session->ended ? 0
                          : kernels_menu(&session->config, &session->devices, machine->arena, log);
}

/* Where they do not fit, there is none. */
static int open_devices(struct session *session)
{
    struct machine *machine = session->machine;
    struct arena *arena = &session->devices_arena;
    struct log *log = &session->messages.log;
    size_t mark = arena_mark(machine->arena);
    int error =
        arena_open_within(arena, machine->arena, devices_room(memory_ram(&machine->memory)));
    if (error == 0) {
        error = devices_open(&session->devices, machine->disks, machine->disk_count, arena, log);
    }
    if (error != 0) {
        arena_release(machine->arena, mark);
        session->devices = (struct devices){.log = log, .lasting_log = log};
    }
    return error;
}

static int find_config(struct session *session)
{
    struct log *log = &session->messages.log;
    const struct search given = session_search(session);
    int error = search_config(&given, &session->config, &session->home);
    if (error == 0 && session->config.entry_count == 0) {
        return fail(log, ERR_NOT_FOUND, "%s: there is no entry in it", session->config.name);
    }
    bool searched = !search_is_given(session->machine, &session->options);
    return error == ERR_NOT_FOUND && searched ? do_without_config(session) : error;
}

/* What a menu took that is none is given back. */
static int look(struct session *session)
{
    struct arena *arena = session->machine->arena;
    host_report(&session->host, "searching", "");
    int error = open_devices(session);
    if (error != 0) {
        return error;
    }
    size_t mark = arena_mark(arena);
    error = find_config(session);
    if (error != 0) {
        arena_release(arena, mark);
        session->config = (struct config){0};
    }
    return error;
}

/*
 * Until a config is open: somebody may be repairing a disk, or know what to boot. Returns 0,
 * ERR_NO_MEMORY where there is none for a prompt either, or another error (logged) where nobody is there.
 */
static int search(struct session *session)
{
    size_t mark = arena_mark(session->machine->arena);
    int error;
    while ((error = look(session)) != 0) {
        explain_nothing_found(session, error);
        host_report(&session->host, "failed",
                    error == ERR_NO_MEMORY ? error_text(error) : "no menu was found");
        if (session->machine->unattended) {
            return error;
        }
        error = shell_run(session);
        if (error != 0 || session->ended || session->config.entry_count > 0) {
            return error; /* 0: configfile has opened one */
        }
        arena_release(session->machine->arena, mark);
    }
    return 0;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int open_session(struct session *session, struct machine *machine)
{
    struct arena *arena = machine->arena;
    session->machine = machine;
    session->settings.paging = true;
    messages_open(&session->messages, machine->log);
    machine->waiter->log = &session->messages.log;
    host_open(&session->host, machine->store);
    if (terminal_open(session) != 0 || history_create(&session->history, arena) != 0 ||
        menu_create(&session->menu, arena) != 0) {
        return ERR_NO_MEMORY;
    }
    user_open(session);
    attempt_open(session);
    int error =
        options_parse(&session->options, machine->command_line, arena, &session->messages.log);
    machine->trace->wanted = session->options.trace;
    terminal_attend(session, false);
    return error;
}

int boot_main(struct machine *machine)
{
    struct session *session = arena_alloc(machine->arena, sizeof *session);
    int error = session == NULL ? ERR_NO_MEMORY : open_session(session, machine);
    if (error == 0) {
        error = search(session);
    }
    if (error == ERR_NO_MEMORY) {
        return fail(machine->log, error, "the domain's memory is too small for pvboot itself");
    }
    if (error != 0 || session->ended) {
        return error;
    }
    if (machine->unattended) {
        return boot_unattended(session);
    }
    boot_from_menu(session);
    return 0;
}
