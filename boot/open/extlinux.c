/* SPDX-License-Identifier: BSD-2-Clause */
/* A SYSLINUX's menu becomes a tree of entries with the commands that GRUB would have. */
#include "menu/extlinux/extlinux.h"

#include <stddef.h>
#include <string.h>

#include "boot/device_name.h"
#include "boot/open/open.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "menu/extlinux/entry.h"

enum { TENTHS = 10 /* in a second */ };

struct opener {
    struct extlinux_files files; /* first: reads what INCLUDE names */
    struct config *config;
    struct context *context;
    const struct extlinux_config *parsed;
    const struct extlinux_entry *default_entry;
    const struct entry *chosen; /* that this one has become */
};

/* ---- paths ---------------------------------------------------------------------------------- */

/*
 * Relative to the folder of the file that names it. What is not there lies at the root, as ISOLINUX has
 * it.
 */
static const char *resolve(const struct context *context, const char *from, const char *path)
{
    const char *start = from + device_name_length(from), *slash = strrchr(start, '/');
    int folder = slash != NULL ? (int)(slash + 1 - start) : 0;
    if (path[0] == '/' || device_name_length(path) > 0) {
        return path;
    }
    const char *beside = arena_format(context->arena, "%.*s%s", folder, start, path);
    const char *at_root = arena_format(context->arena, "/%s", path);
    if (beside == NULL || at_root == NULL) {
        return NULL;
    }
    return !open_is_there(context, beside) && open_is_there(context, at_root) ? at_root : beside;
}

static int read(struct extlinux_files *files, const char *from, const char *path, const char **name,
                const char **bytes, size_t *length)
{
    const struct context *context = ((struct opener *)files)->context;
    struct file file;
    struct node node;
    struct config_text text;
    path = resolve(context, from, path);
    if (path == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = devices_open_file(context->devices, context->plan.root, path, false, &file, &node);
    if (error == 0) {
        error = open_read(context, &file, &text);
    }
    if (error == 0) {
        *name = text.name;
        *bytes = text.bytes;
        *length = text.length;
    }
    return error;
}

/* ---- entries -------------------------------------------------------------------------------- */

static int add_command(const struct opener *opener, struct entry *entry,
                       const struct extlinux_entry *from, const char *name, const char *arguments)
{
    struct command *command = arena_alloc(opener->context->arena, sizeof *command);
    if (command == NULL || arguments == NULL) {
        return ERR_NO_MEMORY;
    }
    *command = (struct command){
        .name = name, .arguments = arguments, .file = from->file, .line = from->line};
    command_list_add(&entry->body, command);
    return 0;
}

/* KERNEL may name another entry, where there is no such file: that one says what this one does not. */
static struct extlinux_entry find_meant(const struct opener *opener,
                                        const struct extlinux_entry *from)
{
    const char *path = resolve(opener->context, from->file, from->kernel);
    const struct extlinux_entry *other = extlinux_find(opener->parsed->entries, from->kernel);
    struct extlinux_entry meant = *from;
    if (path == NULL || open_is_there(opener->context, path) || other == NULL ||
        other->kind != EXTLINUX_LINUX) {
        return meant;
    }
    meant.kernel = other->kernel;
    meant.arguments = from->arguments[0] != '\0' ? from->arguments : other->arguments;
    meant.initrds = from->initrds != NULL ? from->initrds : other->initrds;
    return meant;
}

/* "PATH ARGUMENTS ARGUMENTS", or NULL: no memory. */
static const char *kernel_line(const struct context *context, const struct extlinux_entry *meant,
                               const char *more)
{
    const char *path = resolve(context, meant->file, meant->kernel);
    const char *blank = meant->arguments[0] != '\0' && more[0] != '\0' ? " " : "";
    return path != NULL
               ? arena_format(context->arena, "%s %s%s%s", path, meant->arguments, blank, more)
               : NULL;
}

static int add_linux(const struct opener *opener, struct entry *entry,
                     const struct extlinux_entry *from)
{
    const struct context *context = opener->context;
    const struct extlinux_entry meant = find_meant(opener, from);
    const char *more =
        from == opener->default_entry ? extlinux_default_arguments(opener->parsed) : "";
    int error = add_command(opener, entry, from, "linux", kernel_line(context, &meant, more));
    for (const struct extlinux_initrd *initrd = meant.initrds; error == 0 && initrd != NULL;
         initrd = initrd->next) {
        error =
            add_command(opener, entry, from, "initrd", resolve(context, from->file, initrd->path));
    }
    return error;
}

/* The entry that a program would choose. */
static const struct extlinux_entry *follow_label(const struct extlinux_config *parsed,
                                                 const struct extlinux_entry *from)
{
    bool leads = from != NULL && from->kind == EXTLINUX_LABEL;
    return leads ? extlinux_find(parsed->entries, from->kernel) : from;
}

static const char *command_of(const struct extlinux_entry *program)
{
    return extlinux_is_program(program, "reboot.c32")     ? "reboot"
           : extlinux_is_program(program, "poweroff.c32") ? "halt"
                                                          : "chainloader";
}

/* Of one that leads to none, there are none: it says so when it is chosen. */
static int add_commands(const struct opener *opener, struct entry *entry,
                        const struct extlinux_entry *from)
{
    from = follow_label(opener->parsed, from);
    if (from == NULL) {
        return 0;
    }
    switch (from->kind) {
    case EXTLINUX_LINUX:
        return add_linux(opener, entry, from);
    case EXTLINUX_CONFIG:
        return add_command(opener, entry, from, "configfile",
                           resolve(opener->context, from->file, from->kernel));
    case EXTLINUX_PROGRAM:
    case EXTLINUX_LOCAL:
        return add_command(opener, entry, from, command_of(from), "");
    default:
        return 0; /* one that names no kernel says so when it is chosen */
    }
}

static bool is_shown(const struct extlinux_entry *from)
{
    return !from->hidden && from->kind != EXTLINUX_SEPARATOR;
}

static int add_entries(struct opener *opener, struct entry *level,
                       const struct extlinux_entry *from);

static int add_entry(struct opener *opener, struct entry *level, const struct extlinux_entry *from)
{
    struct entry *entry = arena_alloc(opener->context->arena, sizeof *entry);
    bool disabled = from->disabled && from != opener->default_entry;
    if (entry == NULL) {
        return ERR_NO_MEMORY;
    }
    *entry = (struct entry){.title = from->title != NULL ? from->title : "(no title)",
                            .id = from->label,
                            .hotkey = from->hotkey,
                            .disabled = disabled,
                            .is_submenu = from->kind == EXTLINUX_SUBMENU && !disabled};
    if (from == opener->default_entry) {
        opener->chosen = entry;
    }
    entry_add(level, entry);
    return entry->is_submenu ? add_entries(opener, entry, from->children)
                             : add_commands(opener, entry, from);
}

static int add_entries(struct opener *opener, struct entry *level,
                       const struct extlinux_entry *from)
{
    for (; from != NULL; from = from->next) {
        int error =
            is_shown(from) || from == opener->default_entry ? add_entry(opener, level, from) : 0;
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* ---- the config ----------------------------------------------------------------------------- */

/* Where no menu is asked for, the default boots at once. */
static int timeout_of(const struct extlinux_config *parsed)
{
    if (!parsed->has_menu && !parsed->prompt) {
        return 0;
    }
    return parsed->timeout > 0 ? (parsed->timeout + TENTHS - 1) / TENTHS : TIMEOUT_NEVER;
}

/* A config that leads to another one at once. */
static const struct extlinux_entry *find_next_config(const struct opener *opener)
{
    const struct extlinux_entry *entry = follow_label(opener->parsed, opener->default_entry);
    bool leads = entry != NULL && entry->kind == EXTLINUX_CONFIG;
    return leads && timeout_of(opener->parsed) == 0 ? entry : NULL;
}

int open_extlinux(struct config *config, const struct config_text *text, struct context *context)
{
    struct opener opener = {.files.read = read, .config = config, .context = context};
    struct extlinux_config parsed;
    int error = extlinux_parse(&parsed, text->name, text->bytes, text->length, &opener.files,
                               context->arena, context->log);
    if (error != 0) {
        return error;
    }
    opener.parsed = &parsed;
    opener.default_entry = extlinux_default(&parsed);
    const struct extlinux_entry *next = find_next_config(&opener);
    if (next != NULL) {
        context->next_config = resolve(context, next->file, next->kernel);
        return context->next_config != NULL ? COMMAND_CONFIG : ERR_NO_MEMORY;
    }
    error = add_entries(&opener, config->root, parsed.entries);
    config->timeout = timeout_of(&parsed);
    config->hidden = parsed.hidden;
    if (parsed.title != NULL) {
        config->banner[config->banner_count++] = parsed.title;
    }
    config->entry_count = entry_number_all(config->root);
    config->default_entry = opener.chosen != NULL ? opener.chosen->number : 0;
    config_finish(config, context->log);
    return error;
}
