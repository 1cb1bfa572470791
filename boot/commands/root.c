/* SPDX-License-Identifier: BSD-2-Clause */
/* root, dev, uuid, find: where paths begin. */
#include <string.h>
#include <strings.h>

#include "boot/commands/context.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

static const char *name_of(const struct place *place)
{
    return place->partition->slice.source.name;
}

static struct place *current(const struct context *context)
{
    return context->plan.root != NULL ? context->plan.root : devices_first(context->devices);
}

static int print_current(const struct context *context)
{
    const struct place *place = current(context);
    (void)context_print(context, "%s", place != NULL ? name_of(place) : "(no disk)");
    return 0;
}

static int set_root(struct context *context, const char *name)
{
    const char *rest;
    struct place *place = devices_resolve(context->devices, context->plan.root, name, &rest);
    context->plan.root = place != NULL ? place : context->plan.root;
    return place != NULL ? 0 : ERR_NOT_FOUND;
}

/* A name for us: "(hd0,1)" or "hd0a:". What is none is one for the kernel: "xbd0a", "wedge:ROOT". */
static bool is_place(const char *name)
{
    size_t length = strlen(name);
    return name[0] == '(' || (length > 1 && name[length - 1] == ':');
}

int run_root(struct context *context, const char *arguments)
{
    const char *name = context_word(context, &arguments);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    if (name[0] == '\0') {
        return print_current(context);
    }
    if (is_place(name)) {
        return set_root(context, name);
    }
    context->plan.root_device = name;
    return 0;
}

static int print_places(const struct context *context)
{
    bool more = true;
    for (size_t i = 0; more && i < context->devices->count; i++) {
        struct place *place = &context->devices->places[i];
        const struct volume *volume = devices_volume(context->devices, place);
        char text[PLACE_TEXT_SIZE];
        devices_describe(context->devices, place, text);
        more = context_print(context, "%c %-12s %s %s %s", place == current(context) ? '*' : ' ',
                             name_of(place), place_device(place), text,
                             volume != NULL ? volume->label : "");
    }
    return 0;
}

int run_dev(struct context *context, const char *arguments)
{
    const char *name = context_word(context, &arguments);
    if (name == NULL) {
        return ERR_NO_MEMORY;
    }
    return name[0] == '\0' ? print_places(context) : set_root(context, name);
}

int run_uuid(struct context *context, const char *arguments)
{
    for (size_t i = 0; i < context->devices->count; i++) {
        struct place *place = &context->devices->places[i];
        const struct volume *volume = devices_searched(context->devices, place);
        if (volume != NULL && volume->uuid[0] != '\0' && strcasecmp(volume->uuid, arguments) == 0) {
            context->plan.root = place;
            return 0;
        }
    }
    return fail(context->log, ERR_NOT_FOUND, "uuid: no file system has the UUID \"%.60s\"",
                arguments);
}

static bool has_file(const struct context *context, struct place *place, const char *path)
{
    struct volume *volume = devices_searched(context->devices, place);
    struct node node;
    return volume != NULL && path_find(volume, path, &node, true) == 0;
}

/* Prints the places that have the file. Returns whether there are any. */
static bool print_places_with(const struct context *context, const char *path)
{
    bool found = false;
    for (size_t i = 0; i < context->devices->count; i++) {
        struct place *place = &context->devices->places[i];
        if (has_file(context, place, path)) {
            found = true;
            (void)context_print(context, "%s", name_of(place));
        }
    }
    return found;
}

/* Paths begin on the first place that has the file. Returns whether there is one. */
static bool set_root_with(struct context *context, const char *path)
{
    for (size_t i = 0; i < context->devices->count; i++) {
        struct place *place = &context->devices->places[i];
        if (has_file(context, place, path)) {
            context->plan.root = place;
            return true;
        }
    }
    return false;
}

/* "--set-root --ignore-floppies --ignore-cd FILE": what is to be ignored is not there. */
int run_find(struct context *context, const char *arguments)
{
    static const char set_root_option[] = "--set-root";
    bool sets_root = false;
    while (strncmp(arguments, "--", 2) == 0) {
        const char *option = context_word(context, &arguments);
        if (option == NULL) {
            return ERR_NO_MEMORY;
        }
        sets_root = sets_root || strcmp(option, set_root_option) == 0;
    }
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    bool found =
        sets_root ? set_root_with(context, arguments) : print_places_with(context, arguments);
    return found ? 0 : fail(context->log, ERR_NOT_FOUND, "find: no disk has \"%.100s\"", arguments);
}
