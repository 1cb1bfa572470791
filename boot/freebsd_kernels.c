/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "boot/devices.h"
#include "boot/freebsd.h"
#include "boot/freebsd_files.h"
#include "lib/arena.h"

/* A list of paths that is being made. */
struct list {
    struct volume *volume;
    struct arena *arena;
    const char **paths;
    size_t count;
};

static bool is_file(struct volume *volume, const char *path)
{
    struct node node;
    return path_find(volume, path, &node, true) == 0 && node.type == NODE_FILE;
}

/* Adds a path that is a file and not in the list yet, if a menu can name it. Returns whether it is one. */
static bool add_file(struct list *list, const char *path)
{
    if (path == NULL || path[strcspn(path, " :;#")] != '\0' || !is_file(list->volume, path)) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->paths[i], path) == 0) {
            return true;
        }
    }
    if (list->count < FREEBSD_KERNELS) {
        list->paths[list->count++] = path;
    }
    return true;
}

/* The kernel in a folder of /boot, plain or packed. */
static bool add_folder(struct list *list, const char *name)
{
    return add_file(list, arena_format(list->arena, "/boot/%s/kernel", name)) ||
           add_file(list, arena_format(list->arena, "/boot/%s/kernel.gz", name));
}

/* Those of installed versions: kernel.old, kernel.GENERIC ... */
static void add_folders(struct list *list)
{
    static const char beginning[] = "kernel.";
    struct dir_entry *entry = arena_alloc(list->arena, sizeof *entry);
    struct node boot;
    uint64_t cursor = 0;
    if (entry == NULL || path_find(list->volume, "/boot", &boot, true) != 0 ||
        boot.type != NODE_DIRECTORY) {
        return;
    }
    while (list->count < FREEBSD_KERNELS && list->volume->type->next(&boot, &cursor, entry) > 0) {
        if (strncmp(entry->name, beginning, sizeof beginning - 1) == 0) {
            (void)add_folder(list, entry->name); /* a folder without one is none */
        }
    }
}

size_t freebsd_kernels(struct devices *devices, struct place *place,
                       const char *paths[FREEBSD_KERNELS], struct arena *arena)
{
    struct list list = {.volume = devices_volume(devices, place), .arena = arena, .paths = paths};
    struct loader_conf conf;
    if (list.volume == NULL) {
        return 0;
    }
    (void)freebsd_read_conf(&conf, devices, place, arena); /* without it, the usual name counts */
    const char *named = loader_conf_get(&conf, "kernel");
    if (named != NULL && !add_folder(&list, named) && named[0] == '/') {
        (void)add_file(&list, named);
    }
    (void)add_folder(&list, "kernel");
    add_folders(&list);
    return list.count;
}
