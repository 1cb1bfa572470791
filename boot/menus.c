/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/menus.h"

#include <string.h>

#include "boot/devices.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/config.h"
#include "menu/grammar/grammar.h"

static bool has_menu(struct volume *volume, const struct config_path *path)
{
    struct node node;
    return path_find(volume, path->path, &node, true) == 0 &&
           (path->grammar != &bls_entries || node.type == NODE_DIRECTORY);
}

/* Menus that are found at one place. */
struct list {
    struct place *place;
    struct found_menu *menus; /* MENUS_AT_PLACE of them */
    size_t count;
    struct arena *arena;
};

static void add_menu(struct list *list, const struct config_path *path)
{
    list->menus[list->count++] =
        (struct found_menu){.place = list->place, .path = path->path, .grammar = path->grammar};
}

/* ---- in subvolumes -------------------------------------------------------------------------- */

enum { SUBVOLUMES = 256 /* that are looked at */ };

/* "/@" is directly in the top level; snapshots often lie deeper. */
static bool is_direct(const struct subvolume *subvolume)
{
    return strchr(subvolume->path + 1, '/') == NULL;
}

/* The default one is where paths are looked for anyway. */
static void list_subvolume(struct list *list, struct volume *volume,
                           const struct subvolume *subvolume)
{
    for (size_t i = 0; i < config_path_count && list->count < MENUS_AT_PLACE; i++) {
        size_t mark = arena_mark(list->arena);
        struct config_path path = config_paths[i];
        path.path = arena_format(list->arena, "%s%s", subvolume->path, path.path);
        if (path.path != NULL && has_menu(volume, &path)) {
            add_menu(list, &path);
        } else {
            arena_release(list->arena, mark);
        }
    }
}

/* Returns how many it has looked at; SUBVOLUMES where there may be more. */
static unsigned list_subvolumes(struct list *list, struct volume *volume, bool direct)
{
    struct subvolume *subvolume = arena_alloc(list->arena, sizeof *subvolume);
    uint64_t cursor = 0;
    unsigned count = 0;
    for (; subvolume != NULL && count < SUBVOLUMES && list->count < MENUS_AT_PLACE &&
           volume->type->next_subvolume(volume, &cursor, subvolume) > 0;
         count++) {
        if (!subvolume->is_default && is_direct(subvolume) == direct) {
            list_subvolume(list, volume, subvolume);
        }
    }
    return count;
}

static void list_all_subvolumes(struct list *list, struct volume *volume)
{
    (void)list_subvolumes(list, volume, true);
    if (list_subvolumes(list, volume, false) == SUBVOLUMES && list->count == 0) {
        log_line(
            volume->log,
            "%s: no menu in the first %u subvolumes, and the others are not searched; a config "
            "that is named, (DEVICE)/SUBVOLUME/PATH, is read from any",
            volume->source->name, (unsigned)SUBVOLUMES);
    }
}

/* --------------------------------------------------------------------------------------------- */

static void list_all(struct list *list, struct volume *volume)
{
    for (size_t i = 0; i < config_path_count && list->count < MENUS_AT_PLACE; i++) {
        if (has_menu(volume, &config_paths[i])) {
            add_menu(list, &config_paths[i]);
        }
    }
    if (volume->type->next_subvolume != NULL) {
        list_all_subvolumes(list, volume);
    }
}

size_t menus_at(struct devices *devices, struct place *place,
                struct found_menu menus[MENUS_AT_PLACE], struct arena *arena)
{
    struct list list = {.place = place, .menus = menus, .arena = arena};
    struct volume *volume = devices_searched(devices, place);
    if (volume != NULL) {
        struct node_id home = volume->home_root; /* of a menu that was opened before */
        volume->home_root = (struct node_id){0};
        list_all(&list, volume);
        volume->home_root = home;
    }
    return list.count;
}

/* The folders in EFI that have one. */
static size_t list_efi(struct place *place, struct node *folder,
                       struct found_menu menus[MENUS_AT_PLACE], struct arena *arena)
{
    struct volume *volume = folder->volume;
    struct dir_entry *entry = arena_alloc(arena, sizeof *entry);
    uint64_t cursor = 0;
    size_t count = 0;
    while (entry != NULL && count < MENUS_AT_PLACE &&
           volume->type->next(folder, &cursor, entry) > 0) {
        struct node node;
        const char *path = arena_format(arena, "/EFI/%s/grub.cfg", entry->name);
        if (path != NULL && path_find(volume, path, &node, true) == 0) {
            menus[count++] =
                (struct found_menu){.place = place, .path = path, .grammar = &grub_cfg};
        }
    }
    return count;
}

size_t menus_of_efi_at(struct devices *devices, struct place *place,
                       struct found_menu menus[MENUS_AT_PLACE], struct arena *arena)
{
    struct volume *volume = devices_searched(devices, place);
    struct node folder;
    bool is_there = volume != NULL && path_find(volume, "/EFI", &folder, true) == 0 &&
                    folder.type == NODE_DIRECTORY;
    return is_there ? list_efi(place, &folder, menus, arena) : 0;
}

static int add_entry(struct config *config, const struct found_menu *menu, struct arena *arena)
{
    struct entry *entry = arena_alloc(arena, sizeof *entry);
    struct command *command = arena_alloc(arena, sizeof *command);
    const char *device = menu->place->partition->slice.source.name;
    const char *path = arena_format(arena, "%s%s", device, menu->path);
    if (entry == NULL || command == NULL || path == NULL) {
        return ERR_NO_MEMORY;
    }
    *command = (struct command){.name = "configfile", .arguments = path};
    *entry = (struct entry){.title = path};
    command_list_add(&entry->body, command);
    entry_add(config->root, entry);
    return 0;
}

/* Those of all places, or only what leads to others. */
static int add_entries(struct config *config, struct devices *devices, bool efi,
                       struct arena *arena)
{
    struct found_menu menus[MENUS_AT_PLACE];
    for (size_t i = 0; i < devices->count; i++) {
        struct place *place = &devices->places[i];
        size_t count = efi ? menus_of_efi_at(devices, place, menus, arena)
                           : menus_at(devices, place, menus, arena);
        for (size_t j = 0; j < count; j++) {
            int error = add_entry(config, &menus[j], arena);
            if (error != 0) {
                return error;
            }
        }
    }
    return 0;
}

int menus_config(struct config *config, struct devices *devices, struct arena *arena)
{
    *config = (struct config){.name = "(all menus)",
                              .grammar = &menu_lst,
                              .root = arena_alloc(arena, sizeof *config->root),
                              .timeout = TIMEOUT_NEVER};
    if (config->root == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = add_entries(config, devices, false, arena);
    if (error == 0) {
        error = add_entries(config, devices, true, arena);
    }
    config_finish(config, devices->log);
    return error != 0 ? error : config->entry_count > 0 ? 0 : ERR_NOT_FOUND;
}
