/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/search.h"

#include <string.h>

#include "boot/commands/commands.h"
#include "boot/options.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"
#include "pvops/machine.h"

enum { CONFIG_LIMIT = 4 << 20 }; /* bytes: more is no config */

static int read_config(struct config *config, const struct file *file, struct arena *arena,
                       struct log *log)
{
    if (file->source.size > CONFIG_LIMIT) {
        return fail(log, ERR_TOO_LARGE, "%s: %lu bytes are too many for a config",
                    file->source.name, file->source.size);
    }
    char *bytes = arena_pages(arena, file->source.size + 1);
    if (bytes == NULL) {
        return fail(log, ERR_NO_MEMORY, "%s: no memory for it", file->source.name);
    }
    int error = source_read(&file->source, 0, bytes, file->source.size);
    if (error != 0) {
        return error;
    }
    const struct config_text text = {
        .name = file->source.name, .bytes = bytes, .length = file->source.size};
    return config_parse(config, &text, command_exists, arena, log);
}

static int open_and_read(struct config *config, struct place *root, const char *path, bool quiet,
                         struct devices *devices, struct arena *arena, struct log *log)
{
    struct file file;
    struct node node;
    int error = devices_open_file(devices, root, path, quiet, &file, &node);
    if (error != 0) {
        return error;
    }
    return read_config(config, &file, arena, log);
}

/* A directory or a link to nowhere in the place of a config is none: the search goes on. */
static bool goes_on(int error)
{
    return error == ERR_NOT_FOUND || error == ERR_WRONG_TYPE || error == ERR_LOOP;
}

static int search_place(struct config *config, struct place *place, struct devices *devices,
                        struct arena *arena, struct log *log)
{
    int error = ERR_NOT_FOUND;
    if (devices_searched(devices, place) == NULL) {
        return error;
    }
    for (size_t i = 0; goes_on(error) && i < config_path_count; i++) {
        error = open_and_read(config, place, config_paths[i].path, true, devices, arena, log);
    }
    return error;
}

/* Every disk and partition; one that cannot be read (logged) does not end the search. */
static int search_all(struct config *config, struct place **home, struct devices *devices,
                      struct arena *arena, struct log *log)
{
    for (size_t i = 0; i < devices->count; i++) {
        if (i % DEVICES_AHEAD == 0) {
            devices_look_ahead(devices, i);
        }
        *home = &devices->places[i];
        int error = search_place(config, *home, devices, arena, log);
        if (error == 0 || error == ERR_NO_MEMORY) {
            return error;
        }
    }
    *home = NULL;
    return ERR_NOT_FOUND;
}

int search_open(struct config *config, struct place **home, struct place *root, const char *path,
                struct devices *devices, struct arena *arena, struct log *log)
{
    const char *rest;
    *home = devices_resolve(devices, root, path, &rest);
    return *home == NULL ? ERR_NOT_FOUND
                         : open_and_read(config, *home, rest, false, devices, arena, log);
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

static int parse_ramdisk(struct config *config, const struct machine *machine, struct arena *arena,
                         struct log *log)
{
    const struct config_text text = {
        .name = "ramdisk=", .bytes = machine->ramdisk, .length = text_length(machine)};
    return config_parse(config, &text, command_exists, arena, log);
}

bool search_is_given(const struct machine *machine, const struct options *options)
{
    return options->config != NULL || has_text(machine);
}

int search_config(struct config *config, struct place **home, const struct machine *machine,
                  const struct options *options, struct devices *devices, struct arena *arena,
                  struct log *log)
{
    *home = NULL;
    if (has_text(machine)) {
        return parse_ramdisk(config, machine, arena, log);
    }
    if (machine->ramdisk != NULL) {
        log_line(log, "ramdisk=: it holds no text, so it is no menu");
    }
    if (options->config != NULL) {
        return search_open(config, home, NULL, options->config, devices, arena, log);
    }
    return search_all(config, home, devices, arena, log);
}
