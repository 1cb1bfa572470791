/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/search.h"

#include <string.h>

#include "boot/commands/commands.h"
#include "boot/grub/grub.h"
#include "boot/options.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"
#include "pvops/machine.h"

enum {
    CONFIG_LIMIT = 4 << 20, /* bytes: more is no config */
    OPEN_LIMIT = 16,        /* configs, one opening the next */
};

/* Reads a file as a config's text. */
static int read_text(const struct search *search, const struct file *file, struct config_text *text)
{
    const struct source *source = &file->source;
    if (source->size > CONFIG_LIMIT) {
        return fail(search->log, ERR_TOO_LARGE, "%s: %lu bytes are too many for a config",
                    source->name, source->size);
    }
    char *bytes = arena_pages(search->arena, source->size + 1);
    if (bytes == NULL) {
        return fail(search->log, ERR_NO_MEMORY, "%s: no memory for it", source->name);
    }
    *text = (struct config_text){.name = source->name, .bytes = bytes, .length = source->size};
    return source_read(source, 0, bytes, source->size);
}

/* A text becomes a config, in `context`. Returns COMMAND_CONFIG where another one is to be opened. */
static int make_config(struct config *config, const struct config_text *text,
                       struct context *context)
{
    int error = config_parse(config, text, command_exists, context->arena, context->log);
    bool is_script = error == 0 && config->grammar == &grub_cfg;
    return is_script ? grub_open(config, text, context) : error;
}

static struct context context_of(const struct search *search, struct place *place)
{
    return (struct context){.machine = search->machine,
                            .devices = search->devices,
                            .arena = search->arena,
                            .log = search->log,
                            .user = search->user,
                            .settings = search->settings,
                            .plan = {.root = place}};
}

static int open_file(const struct search *search, struct place *place, const char *path, bool quiet,
                     struct config *config, struct context *context)
{
    struct file file;
    struct node node;
    struct config_text text;
    *context = context_of(search, place);
    int error = devices_open_file(search->devices, place, path, quiet, &file, &node);
    if (error == 0) {
        error = read_text(search, &file, &text);
    }
    return error != 0 ? error : make_config(config, &text, context);
}

/* Opens a config, and what it opens in its place. */
static int open_config(const struct search *search, struct config *config, struct place **home,
                       const char *path, bool quiet)
{
    struct context context;
    const char *rest = path;
    for (unsigned i = 0; i < OPEN_LIMIT && *home != NULL; i++) {
        int result = open_file(search, *home, rest, quiet, config, &context);
        if (result != COMMAND_CONFIG) {
            return result;
        }
        quiet = false;
        path = context.next_config;
        *home = devices_resolve(search->devices, context.plan.root, path, &rest);
    }
    return *home == NULL ? ERR_NOT_FOUND
                         : fail(search->log, ERR_LOOP, "%s: over %d menus have opened each other",
                                path, (int)OPEN_LIMIT);
}

/* A directory or a link to nowhere in the place of a config is none: the search goes on. */
static bool goes_on(int error)
{
    return error == ERR_NOT_FOUND || error == ERR_WRONG_TYPE || error == ERR_LOOP;
}

static int search_place(const struct search *search, struct config *config, struct place **home)
{
    struct place *place = *home;
    int error = ERR_NOT_FOUND;
    if (devices_searched(search->devices, place) == NULL) {
        return error;
    }
    for (size_t i = 0; goes_on(error) && i < config_path_count; i++) {
        *home = place;
        error = open_config(search, config, home, config_paths[i].path, true);
    }
    return error;
}

/* Every disk and partition; one that cannot be read (logged) does not end the search. */
static int search_all(const struct search *search, struct config *config, struct place **home)
{
    struct devices *devices = search->devices;
    for (size_t i = 0; i < devices->count; i++) {
        if (i % DEVICES_AHEAD == 0) {
            devices_look_ahead(devices, i);
        }
        *home = &devices->places[i];
        int error = search_place(search, config, home);
        if (error == 0 || error == ERR_NO_MEMORY) {
            return error;
        }
    }
    *home = NULL;
    return ERR_NOT_FOUND;
}

int search_open(const struct search *search, struct config *config, struct place **home,
                struct place *root, const char *path)
{
    const char *rest;
    *home = devices_resolve(search->devices, root, path, &rest);
    return *home == NULL ? ERR_NOT_FOUND : open_config(search, config, home, rest, false);
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
    struct context context = context_of(search, NULL);
    const struct config_text text = {
        .name = "ramdisk=", .bytes = machine->ramdisk, .length = text_length(machine)};
    int result = make_config(config, &text, &context);
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
