/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/kernels.h"

#include <stdio.h>
#include <string.h>

#include "boot/commands/commands.h"
#include "boot/device_name.h"
#include "boot/devices.h"
#include "boot/freebsd.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "menu/config.h"

/* NetBSD's boot(8)'s, in its order. */
static const char *const names[] = {"/netbsd",     "/netbsd.gz",  "/onetbsd",
                                    "/onetbsd.gz", "/netbsd.old", "/netbsd.old.gz"};

enum {
    NAME_COUNT = sizeof names / sizeof names[0],
    KERNELS = NAME_COUNT + FREEBSD_KERNELS,
    MENU_SIZE = 8192
};

static bool is_file(struct devices *devices, struct place *place, const char *path)
{
    struct volume *volume = devices_volume(devices, place);
    struct node node;
    return volume != NULL && path_find(volume, path, &node, true) == 0 && node.type == NODE_FILE;
}

/* All of a place: NetBSD's, then FreeBSD's. Returns how many. */
static size_t list_kernels(struct devices *devices, struct place *place, const char *paths[KERNELS],
                           struct arena *arena)
{
    size_t count = 0;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (is_file(devices, place, names[i])) {
            paths[count++] = names[i];
        }
    }
    return count + freebsd_kernels(devices, place, paths + count, arena);
}

const char *kernels_find(struct devices *devices, struct place *root, struct place **place,
                         struct arena *arena)
{
    const char *paths[KERNELS];
    *place = root != NULL ? root : devices_first(devices);
    return *place != NULL && list_kernels(devices, *place, paths, arena) > 0 ? paths[0] : NULL;
}

const char *kernels_packed(struct devices *devices, struct place *root, const char *path,
                           struct arena *arena)
{
    struct place *place = root != NULL ? root : devices_first(devices);
    const char *packed = arena_format(arena, "%s.gz", path);
    size_t device = device_name_length(path);
    if (packed == NULL) {
        return NULL;
    }
    bool is_packed = place != NULL && !is_file(devices, place, path + device) &&
                     is_file(devices, place, packed + device);
    return is_packed ? packed : path;
}

/* Adds "menu=..." lines for one place's kernels. Returns the new length; a full text is full. */
static size_t add_place(char *text, size_t used, struct devices *devices, struct place *place,
                        struct arena *arena)
{
    const char *device = place->partition->slice.source.name, *paths[KERNELS];
    size_t count = list_kernels(devices, place, paths, arena);
    for (size_t i = 0; i < count; i++) {
        int length = snprintf(text + used, MENU_SIZE - used, "menu=%s%s:boot %s%s\n", device,
                              paths[i], device, paths[i]);
        if (length < 0 || (size_t)length >= MENU_SIZE - used) {
            text[used] = '\0';
            return used;
        }
        used += (size_t)length;
    }
    return used;
}

/* All but the first one are tried in turn. */
static int set_fallbacks(struct config *config, struct arena *arena)
{
    config->fallbacks = arena_array(arena, config->entry_count, sizeof *config->fallbacks);
    if (config->fallbacks == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 1; i < config->entry_count; i++) {
        config->fallbacks[config->fallback_count++] = i;
    }
    return 0;
}

int kernels_menu(struct config *config, struct devices *devices, struct arena *arena,
                 struct log *log)
{
    char *text = arena_alloc(arena, MENU_SIZE);
    size_t used = 0;
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < devices->count; i++) {
        if (devices_searched(devices, &devices->places[i]) != NULL) {
            used = add_place(text, used, devices, &devices->places[i], arena);
        }
    }
    if (used == 0) {
        return ERR_NOT_FOUND;
    }
    const struct config_text boot_cfg_text = {
        .name = "(no menu, but a kernel) boot.cfg", .bytes = text, .length = used};
    int error = config_parse(config, &boot_cfg_text, command_exists, arena, log);
    if (error != 0) {
        return error;
    }
    return set_fallbacks(config, arena);
}
