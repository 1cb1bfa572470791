/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of entries, and loader.conf beside it, as systemd-boot reads them. */
#include "menu/bls/bls.h"

#include <string.h>
#include <strings.h>

#include "boot/open/open.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"

enum { ENTRY_LIMIT = 256, SUFFIX = 5 /* ".conf" */ };

static const char folder[] = "/loader/entries";

/* ---- the files ------------------------------------------------------------------------------ */

static bool is_entry(const char *name)
{
    size_t length = strlen(name);
    return length > SUFFIX && strcmp(name + length - SUFFIX, ".conf") == 0;
}

static int read_entry(const struct context *context, const char *path, struct bls_entry *entry)
{
    struct file file;
    struct node node;
    struct config_text text;
    int error = devices_open_file(context->devices, context->plan.root, path, false, &file, &node);
    if (error == 0) {
        error = open_read(context, &file, &text);
    }
    return error != 0 ? error
                      : bls_parse_entry(entry, path, text.bytes, text.length, context->arena);
}

/* What comes before it moves up. */
static void insert(struct bls_list *list, const struct bls_entry *entry,
                   int (*compare)(const struct bls_entry *, const struct bls_entry *))
{
    size_t at = list->count++;
    for (; at > 0 && compare(entry, &list->entries[at - 1]) < 0; at--) {
        list->entries[at] = list->entries[at - 1];
    }
    list->entries[at] = *entry;
}

static int read_folder(struct bls_list *list, const char *path, struct node *directory,
                       int (*compare)(const struct bls_entry *, const struct bls_entry *),
                       const struct context *context)
{
    struct dir_entry *name = arena_alloc(context->arena, sizeof *name);
    uint64_t cursor = 0;
    int found = 0;
    while (name != NULL && list->count < ENTRY_LIMIT &&
           (found = directory->volume->type->next(directory, &cursor, name)) > 0) {
        struct bls_entry entry;
        const char *file =
            is_entry(name->name) ? arena_format(context->arena, "%s/%s", path, name->name) : NULL;
        if (file != NULL && read_entry(context, file, &entry) == 0) {
            insert(list, &entry, compare);
        }
    }
    return name != NULL ? found : ERR_NO_MEMORY;
}

/* "/boot" of "/boot/loader/entries". */
static const char *base_of(const char *path, struct arena *arena)
{
    size_t length = strlen(path), end = sizeof folder - 1;
    while (length > 0 && path[length - 1] == '/') {
        length--;
    }
    bool ends = length >= end && strncmp(path + length - end, folder, end) == 0;
    return arena_copy(arena, path, ends ? length - end : 0);
}

int open_bls_list(struct bls_list *list, const char *path,
                  int (*compare)(const struct bls_entry *, const struct bls_entry *),
                  const struct context *context)
{
    struct volume *volume =
        context->plan.root != NULL ? devices_volume(context->devices, context->plan.root) : NULL;
    struct node directory;
    *list = (struct bls_list){.entries =
                                  arena_array(context->arena, ENTRY_LIMIT, sizeof *list->entries),
                              .base = base_of(path, context->arena)};
    if (list->entries == NULL || list->base == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = volume != NULL ? path_find(volume, path, &directory, true) : ERR_NOT_FOUND;
    if (error != 0 || directory.type != NODE_DIRECTORY) {
        return error != 0 ? error : ERR_NOT_FOUND;
    }
    return read_folder(list, path, &directory, compare, context);
}

const char *open_bls_path(const struct context *context, const struct bls_list *list,
                          const char *path)
{
    const char *below = arena_format(context->arena, "%s%s", list->base, path);
    bool is_below = below != NULL && list->base[0] != '\0' && !open_is_there(context, path) &&
                    open_is_there(context, below);
    return below != NULL && is_below ? below : path;
}

/* ---- entries -------------------------------------------------------------------------------- */

static int add_command(struct entry *entry, const struct context *context, const char *file,
                       const char *name, const char *arguments)
{
    struct command *command = arena_alloc(context->arena, sizeof *command);
    if (command == NULL || arguments == NULL) {
        return ERR_NO_MEMORY;
    }
    *command = (struct command){.name = name, .arguments = arguments, .file = file};
    command_list_add(&entry->body, command);
    return 0;
}

/* "PATH OPTION OPTION" */
static const char *kernel_line(const struct context *context, const struct bls_list *list,
                               const struct bls_entry *bls)
{
    const char *line = open_bls_path(context, list, bls->linux_path);
    for (size_t i = 0; line != NULL && i < bls->options.count; i++) {
        line = arena_format(context->arena, "%s %s", line, bls->options.values[i]);
    }
    return line;
}

static int add_commands(struct entry *entry, const struct context *context,
                        const struct bls_list *list, const struct bls_entry *bls)
{
    const char *file = arena_format(context->arena, "%s%s/%s.conf", list->base, folder, bls->id);
    if (file == NULL) {
        return ERR_NO_MEMORY;
    }
    if (bls->linux_path == NULL) {
        return add_command(entry, context, file, bls->other != NULL ? "chainloader" : "linux", "");
    }
    int error = add_command(entry, context, file, "linux", kernel_line(context, list, bls));
    for (size_t i = 0; error == 0 && i < bls->initrds.count; i++) {
        error = add_command(entry, context, file, "initrd",
                            open_bls_path(context, list, bls->initrds.values[i]));
    }
    return error;
}

static const char *title_of(const struct bls_entry *bls, struct arena *arena)
{
    if (bls->title == NULL) {
        return bls->id;
    }
    bool says_version = bls->version == NULL || strstr(bls->title, bls->version) != NULL;
    return says_version ? bls->title : arena_format(arena, "%s (%s)", bls->title, bls->version);
}

/* Disks for several architectures have entries for each. */
static bool is_ours(const struct bls_entry *bls)
{
    return bls->architecture == NULL || strcasecmp(bls->architecture, "x64") == 0 ||
           strcasecmp(bls->architecture, "ia32") == 0;
}

static int add_entries(struct config *config, const struct context *context,
                       const struct bls_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct bls_entry *bls = &list->entries[i];
        if (!is_ours(bls)) {
            continue;
        }
        struct entry *entry = arena_alloc(context->arena, sizeof *entry);
        const char *title = title_of(bls, context->arena);
        if (entry == NULL || title == NULL) {
            return ERR_NO_MEMORY;
        }
        *entry = (struct entry){.title = title, .id = bls->id};
        int error = add_commands(entry, context, list, bls);
        if (error != 0) {
            return error;
        }
        entry_add(config->root, entry);
    }
    return 0;
}

/* ---- loader.conf ---------------------------------------------------------------------------- */

static void take_default(struct config *config, const char *pattern)
{
    for (const struct entry *entry = config->root->first; pattern != NULL && entry != NULL;
         entry = entry->next) {
        if (bls_matches(pattern, entry->id)) {
            config->default_entry = entry->index;
            return;
        }
    }
}

/* Without it the newest entry boots at once. */
static int take_loader(struct config *config, const struct context *context, const char *base)
{
    struct file file;
    struct node node;
    struct config_text text;
    struct bls_loader loader;
    const char *path = arena_format(context->arena, "%s/loader/loader.conf", base);
    config->timeout = 0;
    if (path == NULL || !open_is_there(context, path)) {
        return path != NULL ? 0 : ERR_NO_MEMORY;
    }
    int error = devices_open_file(context->devices, context->plan.root, path, false, &file, &node);
    if (error == 0) {
        error = open_read(context, &file, &text);
    }
    if (error == 0) {
        error = bls_parse_loader(&loader, text.name, text.bytes, text.length, context->arena,
                                 context->log);
    }
    if (error != 0) {
        return error;
    }
    take_default(config, loader.default_id);
    config->timeout = loader.timeout == BLS_TIMEOUT_NEVER ? TIMEOUT_NEVER
                      : loader.timeout >= 0               ? loader.timeout
                                                          : 0;
    return 0;
}

int open_bls(struct config *config, const char *path, struct context *context)
{
    struct bls_list list;
    const char *place = context->plan.root->partition->slice.source.name;
    *config = (struct config){.name = arena_format(context->arena, "%s%s", place, path),
                              .grammar = &bls_entries,
                              .root = arena_alloc(context->arena, sizeof *config->root)};
    if (config->name == NULL || config->root == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = open_bls_list(&list, path, bls_compare, context);
    if (error == 0) {
        error = add_entries(config, context, &list);
    }
    if (error == 0) {
        error = take_loader(config, context, list.base);
    }
    config_finish(config, context->log);
    return error == 0 && list.count == 0 ? ERR_NOT_FOUND : error;
}
