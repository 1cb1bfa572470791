/* SPDX-License-Identifier: BSD-2-Clause */
/* The variables between GRUB and its config: what it finds set, and what it leaves to the menu. */
#include <stdio.h>
#include <string.h>

#include "boot/commands/commands.h"
#include "boot/device_name.h"
#include "boot/grub/grub.h"
#include "boot/host_words.h"
#include "boot/script/integer.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/config.h"
#include "pvops/machine.h"

/* ---- before it runs ------------------------------------------------------------------------- */

static const struct {
    const char *name, *value;
} constants[] = {
    {"feature_200_final", "y"},
    {"feature_all_video_module", "y"},
    {"feature_chainloader_bpb", "y"},
    {"feature_default_font_path", "y"},
    {"feature_menuentry_id", "y"},
    {"feature_menuentry_options", "y"},
    {"feature_nativedisk_cmd", "n"},
    {"feature_ntldr", "n"},
    {"feature_platform_search_hint", "y"},
    {"feature_timeout_style", "y"},
    {"grub_cpu", "x86_64"},
    {"grub_platform", "xen"},
    {"pager", ""},
};

static int set_exported(struct variables *variables, const char *name, const char *value)
{
    int error = value != NULL ? variables_set(variables, name, value) : ERR_NO_MEMORY;
    return error != 0 ? error : variables_export(variables, name);
}

static int set_constants(struct variables *variables)
{
    for (size_t i = 0; i < sizeof constants / sizeof constants[0]; i++) {
        int error = set_exported(variables, constants[i].name, constants[i].value);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* What was inherited stays. */
static int set_first(struct variables *variables, const char *name, const char *value)
{
    return variables_get(variables, name) != NULL ? 0 : set_exported(variables, name, value);
}

/* root: where the config lies; prefix, config_directory: its folder. */
static int set_places(struct grub *grub, const struct config *config)
{
    struct variables *variables = &grub->script.variables;
    const struct place *home = grub->context->plan.root;
    char device[DEVICE_NAME_SIZE] = "";
    if (home == NULL) {
        return 0; /* a text in memory */
    }
    device_name_of(home, device);
    if (config == NULL) {
        return set_first(variables, "root", device);
    }
    const char *path = config->name + device_name_length(config->name);
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash - path) : 0;
    struct arena *arena = grub->context->arena;
    const char *prefix = arena_format(arena, "(%s)%.*s", device, folder, path);
    int error = set_first(variables, "root", device);
    if (error == 0) {
        error = set_first(variables, "prefix", prefix);
    }
    if (error == 0) {
        error = set_exported(variables, "config_directory", prefix);
    }
    return error != 0 ? error
                      : set_exported(variables, "config_file",
                                     arena_format(arena, "(%s)%s", device, path));
}

/* "xen_grub_env_NAME=VALUE", as GRUB 2.14 has it; without a value it is 1. */
static int set_host_words(struct grub *grub)
{
    static const char prefix[] = "xen_grub_env_";
    struct host_words words;
    const char *word;
    int error = host_words_open(&words, grub->context->machine->command_line, grub->context->arena);
    if (error != 0) {
        return error;
    }
    while ((word = host_words_next(&words)) != NULL) {
        const char *equals = strchr(word, '=');
        size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
        if (strncmp(word, prefix, sizeof prefix - 1) != 0) {
            continue;
        }
        char *name = arena_copy(grub->context->arena, word, length);
        error = name == NULL ? ERR_NO_MEMORY
                             : set_exported(&grub->script.variables, name,
                                            equals != NULL ? equals + 1 : "1");
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

int grub_set_variables(struct grub *grub, const struct config *config)
{
    int error = set_constants(&grub->script.variables);
    if (error == 0) {
        error = grub_inherit(grub, grub->context->inheritance);
    }
    if (error == 0) {
        error = set_places(grub, config);
    }
    return error != 0 ? error : set_host_words(grub);
}

/* ---- after it has run ----------------------------------------------------------------------- */

static const char *get(const struct grub *grub, const char *name)
{
    const char *value = variables_get(&grub->script.variables, name);
    return value != NULL ? value : "";
}

static void take_timeout(const struct grub *grub, struct config *config)
{
    const char *text = get(grub, "timeout"), *style = get(grub, "timeout_style");
    int64_t seconds;
    if (integer_parse(text, &seconds)) {
        config->timeout = seconds < 0           ? TIMEOUT_NEVER
                          : seconds > INT32_MAX ? INT32_MAX
                                                : (int)seconds;
    } else if (text[0] != '\0') {
        log_line(grub->script.log, "%s: timeout: \"%.60s\" is no number of seconds", config->name,
                 text);
    }
    config->hidden = strcmp(style, "hidden") == 0 || strcmp(style, "countdown") == 0;
}

static void take_default(const struct grub *grub, struct config *config)
{
    const char *text = get(grub, "default");
    if (text[0] == '\0' || config->root->count == 0) {
        return;
    }
    const struct entry *entry = grub_find_entry(config->root, text);
    if (entry != NULL) {
        config->default_entry = entry->number;
    } else {
        log_line(grub->script.log, "%s: default: there is no entry \"%.100s\", the first one is it",
                 config->name, text);
    }
}

/* Names with blanks between them; or one name, with blanks in it. */
static int take_fallbacks(const struct grub *grub, struct config *config)
{
    const char *text = get(grub, "fallback");
    struct arena *arena = grub->context->arena;
    config->fallbacks = arena_array(arena, strlen(text) / 2 + 1, sizeof *config->fallbacks);
    if (config->fallbacks == NULL) {
        return ERR_NO_MEMORY;
    }
    const struct entry *entry = text[0] != '\0' ? grub_find_entry(config->root, text) : NULL;
    if (entry != NULL) {
        config->fallbacks[config->fallback_count++] = entry->number;
        return 0;
    }
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        const char *name = arena_copy(arena, text, length);
        entry = name != NULL ? grub_find_entry(config->root, name) : NULL;
        if (entry != NULL) {
            config->fallbacks[config->fallback_count++] = entry->number;
        }
        text += length;
    }
    return 0;
}

static void take_colors(const struct grub *grub, struct config *config)
{
    enum { COLORS_SIZE = 128 };
    char text[COLORS_SIZE];
    int length = snprintf(text, sizeof text, "%s %s", get(grub, "menu_color_normal"),
                          get(grub, "menu_color_highlight"));
    if (length > 1 && length < COLORS_SIZE) {
        (void)colors_parse(&config->colors, text); /* colours that are none: the terminal's own */
    }
}

/* Where it is set, be it to nothing, there are users, and others. */
static int take_superusers(struct grub *grub, struct config *config)
{
    const char *names = variables_get(&grub->script.variables, "superusers");
    if (names == NULL) {
        return 0;
    }
    grub->superusers = arena_copy(grub->context->arena, names, strlen(names));
    config->has_users = true;
    return grub->superusers != NULL ? 0 : ERR_NO_MEMORY;
}

int grub_take_variables(struct grub *grub, struct config *config)
{
    take_timeout(grub, config);
    take_default(grub, config);
    take_colors(grub, config);
    int error = take_superusers(grub, config);
    return error != 0 ? error : take_fallbacks(grub, config);
}
