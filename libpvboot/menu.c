/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/menu.h"

#include <stdlib.h>
#include <string.h>

#include "boot/device_name.h"
#include "boot/menus.h"
#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/handle.h"
#include "menu/grammar/grammar.h"
#include "pvops/host/arena.h"

enum { TEXTS_SIZE = 16 << 20 /* bytes */ };

/* ---- the machine ---------------------------------------------------------------------------- */

static int take_domain(struct pvboot_menu *menu, const struct pvboot_domain *domain)
{
    struct log *log = menu->machine.log;
    struct asked *asked = &menu->asked;
    int error = asked_open(asked, domain, log);
    if (error != 0) {
        return error;
    }
    uint64_t room = asked_room(asked);
    menu->memory = (struct memory_range){.length = asked->memory, .kind = MEMORY_RAM};
    if (room >= PAGE_SIZE && host_arena_open(&menu->arena, room) != 0) {
        return fail(log, ERR_NO_MEMORY, "the system does not grant %lu MiB of address space",
                    room >> 20);
    }
    if (room < PAGE_SIZE ||
        arena_open_within(&menu->devices_arena, &menu->arena, devices_room(asked->memory)) != 0) {
        return fail(log, ERR_NO_MEMORY, "%lu MiB are too small for the loader itself",
                    asked->memory >> 20);
    }
    menu->machine.command_line =
        arena_format(&menu->arena, "%s", domain->extra != NULL ? domain->extra : "");
    return menu->machine.command_line == NULL ? ERR_NO_MEMORY : 0;
}

static int open_machine(struct pvboot_menu *menu, const struct pvboot_domain *domain)
{
    struct pvboot *pvboot = menu->pvboot;
    menu->machine = (struct machine){.arena = &menu->arena,
                                     .log = &pvboot->collect.log,
                                     .clock = &pvboot->clock,
                                     .waiter = &pvboot->waiter,
                                     .trace = &menu->trace,
                                     .loading = &pvboot->loading,
                                     .disks = pvboot->disks,
                                     .disk_count = pvboot->disk_count,
                                     .enters_pv = true,
                                     .enters_flat = true,
                                     .memory = {.ranges = &menu->memory, .count = 1}};
    int error = take_domain(menu, domain);
    return error != 0 ? error
                      : devices_open(&menu->devices, pvboot->disks, pvboot->disk_count,
                                     &menu->devices_arena, menu->machine.log);
}

/* ---- the menu ------------------------------------------------------------------------------- */

const char *menu_name_path(struct pvboot_menu *menu, const struct place *place, const char *path)
{
    char device[DEVICE_NAME_SIZE];
    device_name_of(place, device);
    return arena_format(&menu->texts, "(%s)%s%s", device, path[0] == '/' ? "" : "/", path);
}

static const char *name_config(struct pvboot_menu *menu)
{
    const char *name = menu->config.name;
    return menu->home != NULL ? menu_name_path(menu, menu->home, name + device_name_length(name))
                              : name;
}

static void describe(struct pvboot_menu *menu, bool found)
{
    const struct config *config = &menu->config;
    menu->about = (struct pvboot_menu_about){.timeout = TIMEOUT_NEVER};
    if (found) {
        menu->about = (struct pvboot_menu_about){.config = name_config(menu),
                                                 .short_name = config->name,
                                                 .kind = config->grammar->name,
                                                 .entry_count = config->entry_count,
                                                 .default_entry = config->default_entry,
                                                 .timeout = config->timeout,
                                                 .banner = config->banner,
                                                 .banner_count = config->banner_count,
                                                 .fallbacks = config->fallbacks,
                                                 .fallback_count = config->fallback_count};
    }
    menu->texts_mark = arena_mark(&menu->texts);
}

int pvboot_menu_open(struct pvboot *pvboot, const struct pvboot_domain *domain,
                     struct pvboot_menu **opened)
{
    handle_begin(pvboot);
    struct pvboot_menu *menu = calloc(1, sizeof *menu);
    if (menu == NULL) {
        return handle_end(pvboot, ERR_NO_MEMORY);
    }
    menu->pvboot = pvboot;
    int error = host_arena_open(&menu->texts, TEXTS_SIZE);
    if (error == 0) {
        error = open_machine(menu, domain);
    }
    if (error != 0) {
        pvboot_menu_close(menu);
        return handle_end(pvboot, error);
    }
    describe(menu, menu_find_config(menu) == 0);
    *opened = menu;
    return 0;
}

void pvboot_menu_close(struct pvboot_menu *menu)
{
    if (menu != NULL) {
        host_arena_close(&menu->texts);
        host_arena_close(&menu->arena);
        free(menu);
    }
}

const struct pvboot_menu_about *pvboot_menu_about(const struct pvboot_menu *menu)
{
    return &menu->about;
}

/* ---- the others ----------------------------------------------------------------------------- */

/* Adds those of one place to `paths`, which has room. */
static size_t add_others(struct pvboot_menu *menu, struct place *place, const char **paths)
{
    struct found_menu found[MENUS_AT_PLACE];
    size_t count = menus_at(&menu->devices, place, found, &menu->texts), added = 0;
    for (size_t i = 0; i < count; i++) {
        const char *path = menu_name_path(menu, found[i].place, found[i].path);
        bool counts =
            menu->about.config != NULL && path != NULL && strcmp(path, menu->about.config) == 0;
        if (path != NULL && !counts) {
            paths[added++] = path;
        }
    }
    return added;
}

static int find_others(struct pvboot_menu *menu)
{
    const struct devices *devices = &menu->devices;
    const char **paths =
        arena_array(&menu->texts, devices->count * MENUS_AT_PLACE + 1, sizeof *paths);
    if (paths == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < devices->count; i++) {
        menu->other_count += add_others(menu, &devices->places[i], paths + menu->other_count);
    }
    menu->others = paths;
    menu->texts_mark = arena_mark(&menu->texts);
    return 0;
}

int pvboot_menu_others(struct pvboot_menu *menu, const char *const **paths)
{
    menu_begin(menu);
    int error = 0;
    if (menu->others == NULL) {
        error = find_others(menu);
    }
    *paths = menu->others;
    return handle_end(menu->pvboot, error != 0 ? error : (int)menu->other_count);
}

void menu_begin(struct pvboot_menu *menu)
{
    handle_begin(menu->pvboot);
    arena_release(&menu->texts, menu->texts_mark);
}

struct entry *menu_find_entry(struct pvboot_menu *menu, size_t number)
{
    return menu->about.config != NULL ? entry_find(menu->config.root, number) : NULL;
}

/* ---- entries -------------------------------------------------------------------------------- */

/* The titles of the submenus that an entry is in. */
static int list_submenus(struct pvboot_menu *menu, const struct entry *entry)
{
    size_t count = 0;
    for (const struct entry *submenu = entry->parent; submenu->parent != NULL;
         submenu = submenu->parent) {
        count++;
    }
    const char **titles = arena_array(&menu->texts, count + 1, sizeof *titles);
    if (titles == NULL) {
        return ERR_NO_MEMORY;
    }
    menu->entry.submenu_count = count;
    for (const struct entry *submenu = entry->parent; submenu->parent != NULL;
         submenu = submenu->parent) {
        titles[--count] = submenu->title;
    }
    menu->entry.submenus = titles;
    return 0;
}

const struct pvboot_entry *pvboot_menu_entry(struct pvboot_menu *menu, size_t number)
{
    menu_begin(menu);
    const struct entry *entry = menu_find_entry(menu, number);
    if (entry == NULL) {
        return NULL;
    }
    menu->entry =
        (struct pvboot_entry){.number = entry->number, .title = entry->title, .id = entry->id};
    return handle_end(menu->pvboot, list_submenus(menu, entry)) == 0 ? &menu->entry : NULL;
}
