/* SPDX-License-Identifier: BSD-2-Clause */
#include "menu/freebsd/loader_conf.h"

#include <string.h>
#include <strings.h>

#include "lib/arena.h"
#include "lib/error.h"
#include "menu/grammar/lines.h"

/* ---- lines ---------------------------------------------------------------------------------- */

static bool is_name(const char *text)
{
    static const char letters[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return *text != '\0' && text[strspn(text, letters)] == '\0';
}

/* Cuts the value out of what follows '='. NULL: a quote that does not end. */
static char *cut_value(char *text)
{
    if (*text == '"') {
        char *end = strchr(text + 1, '"');
        if (end != NULL) {
            *end = '\0';
        }
        return end != NULL ? text + 1 : NULL;
    }
    text[strcspn(text, " #")] = '\0';
    return text;
}

/* Cuts the line in place. False: it sets no variable. */
static bool parse_line(char *line, const char **name, const char **value)
{
    char *equals = strchr(line, '=');
    if (*line == '#' || equals == NULL) {
        return false;
    }
    *equals = '\0';
    *name = trim(line);
    *value = cut_value(trim(equals + 1));
    return is_name(*name) && *value != NULL;
}

static struct loader_variable *find(const struct loader_conf *conf, const char *name)
{
    struct loader_variable *variable = conf->first;
    while (variable != NULL && strcmp(variable->name, name) != 0) {
        variable = variable->next;
    }
    return variable;
}

static int set(struct loader_conf *conf, const char *name, const char *value, struct arena *arena)
{
    struct loader_variable *variable = find(conf, name);
    if (variable != NULL) {
        variable->value = value;
        return 0;
    }
    variable = arena_alloc(arena, sizeof *variable);
    if (variable == NULL) {
        return ERR_NO_MEMORY;
    }
    *variable = (struct loader_variable){.name = name, .value = value};
    *(conf->last != NULL ? &conf->last->next : &conf->first) = variable;
    conf->last = variable;
    return 0;
}

int loader_conf_parse(struct loader_conf *conf, const char *text, size_t length,
                      struct arena *arena)
{
    struct lines lines;
    const char *name, *value;
    char *line;
    lines_open(&lines, text, length, arena);
    while ((line = lines_next(&lines, false)) != NULL) {
        if (parse_line(line, &name, &value) && set(conf, name, value, arena) != 0) {
            return ERR_NO_MEMORY;
        }
    }
    return lines.left > 0 ? ERR_NO_MEMORY : 0;
}

const char *loader_conf_get(const struct loader_conf *conf, const char *name)
{
    const struct loader_variable *variable = find(conf, name);
    return variable != NULL ? variable->value : NULL;
}

/* ---- what variables are for ----------------------------------------------------------------- */

static bool ends(const char *name, const char *with)
{
    size_t length = strlen(name), end = strlen(with);
    return length > end && strcmp(name + length - end, with) == 0;
}

size_t loader_conf_module(const struct loader_variable *variable)
{
    static const char load[] = "_load";
    bool is_loaded = ends(variable->name, load) && strcasecmp(variable->value, "yes") == 0;
    return is_loaded ? strlen(variable->name) - (sizeof load - 1) : 0;
}

bool loader_conf_is_kernels(const struct loader_variable *variable)
{
    static const char *const beginnings[] = {
        "loader_",         "beastie_",         "menu_",
        "autoboot_",       "bitmap_",          "splash_",
        "kernel",          "bootfile",         "exec",
        "password",        "rootdev",          "currdev",
        "verbose_loading", "module_blacklist", "bootlock_password"};
    static const char *const endings[] = {"_load",   "_name",  "_type", "_flags",
                                          "_before", "_after", "_error"}; /* of modules */
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        if (strncmp(variable->name, beginnings[i], strlen(beginnings[i])) == 0) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (ends(variable->name, endings[i])) {
            return false;
        }
    }
    return true;
}
