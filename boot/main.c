/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/main.h"

#include <stdio.h>
#include <string.h>

#include "boot/commands.h"
#include "boot/devices.h"
#include "boot/load.h"
#include "boot/messages.h"
#include "boot/options.h"
#include "boot/search.h"
#include "boot/trace.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "menu/keys.h"
#include "menu/menu.h"
#include "menu/screen.h"
#include "pvops/clock.h"
#include "pvops/console.h"
#include "pvops/disk.h"
#include "pvops/machine.h"
#include "pvops/power.h"

enum {
    POLL_INTERVAL = 250,    /* milliseconds between two looks for a request of the host */
    ESCAPE_INTERVAL = 50,   /* milliseconds in which a key's bytes follow each other */
    DEVICES_SIZE = 3 << 20, /* bytes for the cache, partitions and mounted file systems */
};

struct loader {
    struct machine *machine;
    struct messages messages;
    struct options options;
    struct arena devices_arena; /* file systems are mounted during an attempt, and outlive it */
    struct devices devices;
    struct config config;
    struct place *home; /* where the config lies: paths without a device begin there */
    struct menu menu;
    struct screen screen;
    struct screen_output output;
    struct keys keys;
};

static uint64_t now(const struct loader *loader)
{
    return loader->machine->clock->milliseconds(loader->machine->clock);
}

/* ---- keys and the host ---------------------------------------------------------------------- */

static void obey_host(const struct loader *loader)
{
    struct power *power = loader->machine->power;
    switch (power->requested(power)) {
    case POWER_OFF:
        power->off(power);
        break;
    case POWER_REBOOT:
        power->reboot(power);
        break;
    case POWER_NONE:
        break;
    }
}

/* The next key, or KEY_NONE when none has come until `deadline`. The host is obeyed meanwhile. */
static int wait_for_key(struct loader *loader, uint64_t deadline)
{
    struct console *console = loader->machine->console;
    for (;;) {
        bool within_key = loader->keys.state != KEYS_PLAIN;
        uint64_t pause = within_key ? ESCAPE_INTERVAL : POLL_INTERVAL;
        int byte = console->read(console, min_u64(deadline, now(loader) + pause));
        int key = byte >= 0 ? keys_byte(&loader->keys, byte) : keys_idle(&loader->keys);
        if (key != KEY_NONE) {
            return key;
        }
        obey_host(loader);
        if (byte < 0 && now(loader) >= deadline) {
            return KEY_NONE;
        }
    }
}

/* ---- the menu ------------------------------------------------------------------------------- */

static void write_screen(struct screen_output *output, const char *bytes, size_t length)
{
    struct loader *loader = (struct loader *)((char *)output - offsetof(struct loader, output));
    loader->machine->console->write(loader->machine->console, bytes, length);
}

/*
 * Shows the menu until something is to be booted. Keys that come in a burst are taken before it is
 * drawn again.
 */
static void run_menu(struct loader *loader)
{
    trace_enter(loader->machine, TRACE_MENU);
    enum menu_action action = menu_expired(&loader->menu) ? MENU_BOOT : MENU_WAIT;
    uint64_t second = now(loader) + 1000;
    if (action == MENU_WAIT) {
        screen_reset(&loader->screen);
    }
    while (action == MENU_WAIT) {
        menu_draw(&loader->menu, &loader->screen);
        int key = wait_for_key(loader, second);
        if (key != KEY_NONE) {
            action = menu_key(&loader->menu, key);
        } else {
            action = menu_second(&loader->menu);
            second += 1000;
        }
    }
}

/* ---- an attempt ----------------------------------------------------------------------------- */

static void say(const struct loader *loader, const char *before, const char *text)
{
    struct console *console = loader->machine->console;
    console->write(console, before, strlen(before));
    console->write(console, text, strlen(text));
    console->write(console, "\r\n", 2);
}

static int attempt(struct loader *loader, size_t index)
{
    struct log *log = &loader->messages.log;
    const struct entry *entry = &loader->config.entries[index];
    struct context context = {.devices = &loader->devices,
                              .arena = loader->machine->arena,
                              .log = log,
                              .plan = {.root = loader->home}};
    struct loaded loaded;
    say(loader,
        "\x1B[0m\x1B[2J\x1B[H"
        "Booting: ",
        entry->title);
    int error = commands_run(&context, &loader->config, &loader->config.globals);
    error = error != 0 ? error : commands_run(&context, &loader->config, &entry->body);
    error = error != 0
                ? error
                : load_plan(&loaded, &context.plan, loader->machine, &loader->devices, true, log);
    return error != 0 ? error : loader->machine->enter(loader->machine, &loaded.guest);
}

/* Boots entry `index`, and gives back the memory of an attempt that failed. Returns only then. */
static void boot_entry(struct loader *loader, size_t index)
{
    struct arena *arena = loader->machine->arena;
    size_t mark = arena_mark(arena);
    log_line(&loader->messages.log, "%s: not booted: %s", loader->config.entries[index].title,
             error_text(attempt(loader, index)));
    arena_release(arena, mark);
}

/* The default, then the fallbacks in turn; then the menu, as often as it takes. */
static void boot_from_menu(struct loader *loader)
{
    size_t next_fallback = 0;
    for (;;) {
        run_menu(loader);
        bool automatic = menu_expired(&loader->menu);
        size_t index = loader->menu.selected;
        messages_clear(&loader->messages);
        boot_entry(loader, index);
        while (automatic && next_fallback < loader->config.fallback_count) {
            index = loader->config.fallbacks[next_fallback++];
            boot_entry(loader, index);
        }
        menu_open(&loader->menu, &loader->config, index, TIMEOUT_NEVER);
        loader->menu.messages = loader->messages.lines;
        loader->menu.message_count = loader->messages.count;
    }
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void explain_nothing_found(struct loader *loader)
{
    struct log *log = &loader->messages.log;
    log_line(log, "No menu was found: no menu.lst, grub.conf or boot.cfg on these disks:");
    for (size_t i = 0; i < loader->devices.count; i++) {
        struct place *place = &loader->devices.places[i];
        const struct volume *volume = devices_volume(&loader->devices, place);
        log_line(log, "  %s %s: %s", place->partition->slice.source.name, place->disk->device,
                 volume != NULL ? volume->details : "no file system that can be read");
    }
    if (loader->devices.count == 0) {
        log_line(log, "  (there is no disk)");
    }
    log_line(log, "Press a key to look again; the host can shut this domain down.");
}

static int find_config(struct loader *loader)
{
    struct machine *machine = loader->machine;
    struct log *log = &loader->messages.log;
    struct arena *arena = &loader->devices_arena;
    int error = arena_open_within(arena, machine->arena, DEVICES_SIZE);
    error = error != 0
                ? error
                : devices_open(&loader->devices, machine->disks, machine->disk_count, arena, log);
    if (error == ERR_NO_MEMORY) {
        return error;
    }
    error = search_config(&loader->config, &loader->home, machine, &loader->options,
                          &loader->devices, machine->arena, log);
    return error == 0 && loader->config.entry_count == 0
               ? fail(log, ERR_NOT_FOUND, "%s: there is no entry in it", loader->config.name)
               : error;
}

/* Until a config is found: somebody may be repairing a disk. */
static int search(struct loader *loader)
{
    size_t mark = arena_mark(loader->machine->arena);
    int error;
    while ((error = find_config(loader)) != 0 && error != ERR_NO_MEMORY) {
        explain_nothing_found(loader);
        while (wait_for_key(loader, now(loader) + 60000) == KEY_NONE) {
        }
        arena_release(loader->machine->arena, mark);
    }
    return error;
}

static void open_menu(struct loader *loader)
{
    const struct options *options = &loader->options;
    size_t entry = options->has_entry ? (size_t)options->entry : loader->config.default_entry;
    int timeout = options->has_timeout ? options->timeout : loader->config.timeout;
    if (entry >= loader->config.entry_count) {
        log_line(&loader->messages.log, "%s: there is no entry %zu, the first one is taken",
                 loader->config.name, entry);
    }
    menu_open(&loader->menu, &loader->config, entry, timeout);
    loader->menu.messages = loader->messages.lines;
    loader->menu.message_count = loader->messages.count;
}

static int start(struct loader *loader, struct machine *machine)
{
    const struct console *console = machine->console;
    loader->machine = machine;
    loader->output.write = write_screen;
    messages_open(&loader->messages, machine->log);
    int error = options_parse(&loader->options, machine->command_line, machine->arena,
                              &loader->messages.log);
    machine->trace->wanted = loader->options.trace;
    error = error != 0 ? error : search(loader);
    return error != 0 ? error
                      : screen_create(&loader->screen, console->columns, console->rows,
                                      machine->arena, &loader->output);
}

int boot_main(struct machine *machine)
{
    struct loader *loader = arena_alloc(machine->arena, sizeof *loader);
    int error = loader == NULL ? ERR_NO_MEMORY : start(loader, machine);
    if (error != 0) {
        return fail(machine->log, error, "the domain's memory is too small for pvboot itself");
    }
    open_menu(loader);
    boot_from_menu(loader);
    return 0;
}
