/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/search.h"

#include <string.h>

#include "boot/living.h"
#include "boot/menus.h"
#include "boot/open/open.h"
#include "boot/options.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"
#include "pvops/machine.h"

enum { NAMED_OTHERS = 4 };

/* ---- which one counts ----------------------------------------------------------------------- */

/* A directory or a link to nowhere in the place of a config is none: the search goes on. */
static bool goes_on(int error)
{
    return error == ERR_NOT_FOUND || error == ERR_WRONG_TYPE || error == ERR_LOOP;
}

/* A menu of GRUB legacy's: its kernels may have gone long ago. */
static bool may_be_dead(const struct found_menu *menu)
{
    return menu->grammar == &menu_lst;
}

/* The first one, but for a dead menu.lst beside a living grub.cfg or the like. */
static size_t choose(const struct search *search, const struct found_menu *menus, size_t count)
{
    size_t living = 0;
    while (living < count && may_be_dead(&menus[living])) {
        living++;
    }
    if (living == 0 || living == count || living_has_kernel(search, &menus[0]) ||
        !living_has_kernel(search, &menus[living])) {
        return 0;
    }
    const char *device = menus[0].place->partition->slice.source.name;
    log_line(search->log, "%s%s names no kernel that is there: %s counts", device, menus[0].path,
             menus[living].path);
    return living;
}

/* A grub.cfg beside such entries has them in its own menu: blscfg. */
static bool is_part(const struct found_menu *menu, const struct found_menu *chosen)
{
    return menu->grammar == &bls_entries && chosen->grammar == &grub_cfg;
}

/* The first few by name: there can be many snapshots. */
static void report_others(const struct search *search, const struct found_menu *menus, size_t count,
                          size_t chosen)
{
    size_t others = 0;
    for (size_t i = 0; i < count; i++) {
        if (i == chosen || is_part(&menus[i], &menus[chosen])) {
            continue;
        }
        if (++others <= NAMED_OTHERS) {
            log_line(search->log, "%s%s is there, too: m lists all menus",
                     menus[i].place->partition->slice.source.name, menus[i].path);
        }
    }
    if (others > NAMED_OTHERS) {
        log_line(search->log, "%zu more are there", others - NAMED_OTHERS);
    }
}

/* Only those of the kind that the host wants, where it wants one. */
static size_t keep_wanted(const struct search *search, struct found_menu *menus, size_t count)
{
    const char *kind = search->options->menu;
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kind == NULL || strcmp(kind, menus[i].grammar->name) == 0) {
            menus[kept++] = menus[i];
        }
    }
    return kept;
}

/* Those of a place, or only what leads to others. */
static size_t list(const struct search *search, struct place *place, bool efi,
                   struct found_menu menus[MENUS_AT_PLACE])
{
    size_t count = efi ? menus_of_efi_at(search->devices, place, menus, search->arena)
                       : menus_at(search->devices, place, menus, search->arena);
    return keep_wanted(search, menus, count);
}

static int search_place(const struct search *search, bool efi, struct config *config,
                        struct place **home)
{
    struct found_menu menus[MENUS_AT_PLACE];
    struct place *place = *home;
    size_t count = list(search, place, efi, menus);
    size_t first = count > 0 ? choose(search, menus, count) : 0;
    int error = ERR_NOT_FOUND;
    for (size_t i = 0; goes_on(error) && i < count; i++) {
        size_t at = i == 0 ? first : i <= first ? i - 1 : i;
        *home = place;
        error = open_following(search, config, home, menus[at].path, true);
        if (error == 0) {
            report_others(search, menus, count, at);
        }
    }
    return error;
}

/* Every disk and partition; one that cannot be read (logged) does not end the search. */
static int search_places(const struct search *search, bool efi, struct config *config,
                         struct place **home)
{
    struct devices *devices = search->devices;
    for (size_t i = 0; i < devices->count; i++) {
        if (i % DEVICES_AHEAD == 0) {
            devices_look_ahead(devices, i);
        }
        *home = &devices->places[i];
        int error = search_place(search, efi, config, home);
        if (error == 0 || error == ERR_NO_MEMORY) {
            return error;
        }
    }
    *home = NULL;
    return ERR_NOT_FOUND;
}

static int search_all(const struct search *search, struct config *config, struct place **home)
{
    int error = search_places(search, false, config, home);
    return error == ERR_NOT_FOUND ? search_places(search, true, config, home) : error;
}

int search_open(const struct search *search, struct config *config, struct place **home,
                struct place *root, const char *path)
{
    const char *rest;
    *home = devices_resolve(search->devices, root, path, &rest);
    return *home == NULL ? ERR_NOT_FOUND : open_following(search, config, home, rest, false);
}

/* The length of the text in ramdisk=, without what fills it up. */
static size_t text_length(const struct machine *machine)
{
    size_t length = machine->ramdisk == NULL ? 0 : machine->ramdisk_size;
    while (length > 0 && machine->ramdisk[length - 1] == '\0') {
        length--;
    }
    return length;
}

/* Some hosts give every domain an initrd: that is no config. */
static bool has_text(const struct machine *machine)
{
    static const char allowed[] = "\t\n\v\f\r\x1B";
    size_t length = text_length(machine);
    for (size_t i = 0; i < length; i++) {
        char c = machine->ramdisk[i];
        if (c == '\0' || ((unsigned char)c < ' ' && strchr(allowed, c) == NULL)) {
            return false;
        }
    }
    return length > 0;
}

static int open_ramdisk(const struct search *search, struct config *config)
{
    const struct machine *machine = search->machine;
    struct context context = open_context(search, NULL);
    const struct config_text text = {
        .name = "ramdisk=", .bytes = machine->ramdisk, .length = text_length(machine)};
    int result = open_text(config, &text, &context);
    return result == COMMAND_CONFIG
               ? fail(search->log, ERR_UNSUPPORTED, "ramdisk=: it opens another menu at once")
               : result;
}

bool search_is_given(const struct machine *machine, const struct options *options)
{
    return options->config != NULL || has_text(machine);
}

int search_config(const struct search *search, struct config *config, struct place **home)
{
    const struct machine *machine = search->machine;
    const char *path = search->options->config;
    *home = NULL;
    if (has_text(machine)) {
        return open_ramdisk(search, config);
    }
    if (machine->ramdisk != NULL) {
        log_line(search->log, "ramdisk=: it holds no text, so it is no menu");
    }
    return path != NULL ? search_open(search, config, home, NULL, path)
                        : search_all(search, config, home);
}
