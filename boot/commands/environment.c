/* SPDX-License-Identifier: BSD-2-Clause */
/* load_env, save_env, list_env: variables that outlive a boot, in the file grubenv beside grub.cfg. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/script/grubenv.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

enum { BLOCK_LIMIT = 64 << 10 /* bytes: grub-editenv makes 1024 */ };

/* The block, and the file that it is in. */
struct environment_file {
    struct file file;
    struct node node;
    struct grubenv block;
    size_t first; /* of the call's words that are names */
};

/* "[-f FILE|--file=FILE] [-s|--skip-sig]"; without a file it is $prefix/grubenv. NULL: no memory. */
static const char *take_options(const struct context *context, const struct script_call *call,
                                struct environment_file *environment)
{
    const char *prefix = variables_get(&call->script->variables, "prefix");
    const char *path =
        arena_format(context->arena, "%s/grubenv", prefix != NULL ? prefix : "/boot/grub");
    size_t at = 1;
    for (; at < call->count && call->words[at][0] == '-'; at++) {
        const char *word = call->words[at];
        bool has_more = at + 1 < call->count;
        if (strncmp(word, "--file=", 7) == 0) {
            path = word + 7;
        } else if ((strcmp(word, "-f") == 0 || strcmp(word, "--file") == 0) && has_more) {
            path = call->words[++at];
        }
    }
    environment->first = at;
    return path;
}

static int read_block(const struct context *context, struct environment_file *environment)
{
    const struct source *source = &environment->file.source;
    if (source->size > BLOCK_LIMIT) {
        return fail(context->log, ERR_TOO_LARGE, "%s: %lu bytes are too many for a grubenv",
                    source->name, source->size);
    }
    environment->block = (struct grubenv){.bytes = arena_alloc(context->arena, source->size + 1),
                                          .size = source->size};
    if (environment->block.bytes == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = source_read(source, 0, environment->block.bytes, source->size);
    if (error != 0) {
        return error;
    }
    return grubenv_is_valid(&environment->block)
               ? 0
               : fail(context->log, ERR_CORRUPT, "%s: this is no environment block of GRUB's",
                      source->name);
}

static int open_block(const struct context *context, const struct script_call *call,
                      struct environment_file *environment)
{
    const char *path = take_options(context, call, environment);
    if (path == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = devices_open_file(context->devices, context->plan.root, path, false,
                                  &environment->file, &environment->node);
    return error != 0 ? error : read_block(context, environment);
}

int script_load_env(struct context *context, const struct script_call *call)
{
    struct environment_file environment;
    int error = open_block(context, call, &environment);
    if (error != 0) {
        return error;
    }
    bool all = environment.first == call->count;
    return grubenv_load(&environment.block, all ? NULL : call->words + environment.first,
                        &call->script->variables, context->arena);
}

static int put(const struct context *context, struct environment_file *environment,
               const char *name, const char *value)
{
    if (value == NULL) {
        grubenv_unset(&environment->block, name);
        return 0;
    }
    int error = grubenv_set(&environment->block, name, value);
    return error == 0
               ? 0
               : fail(context->log, error, "%s: %.60s: %s", environment->file.source.name, name,
                      error == ERR_TOO_LARGE ? "there is no room for its value"
                                             : "such a name cannot be kept");
}

int script_save_env(struct context *context, const struct script_call *call)
{
    struct environment_file environment;
    if (context->user == NULL) {
        return 0; /* nothing is booted, only tried */
    }
    int error = open_block(context, call, &environment);
    for (size_t i = environment.first; error == 0 && i < call->count; i++) {
        const char *name = call->words[i];
        error = put(context, &environment, name, variables_get(&call->script->variables, name));
    }
    return error != 0 ? error
                      : file_rewrite(&environment.file, 0, environment.block.bytes,
                                     environment.block.size);
}

int script_list_env(struct context *context, const struct script_call *call)
{
    struct environment_file environment;
    int error = open_block(context, call, &environment);
    if (error != 0) {
        return error;
    }
    char *line = environment.block.bytes;
    for (char *end; (end = strchr(line, '\n')) != NULL; line = end + 1) {
        *end = '\0';
        if (line[0] != '#' && !context_print(context, "%s", line)) {
            break;
        }
    }
    return 0;
}

/* Where no function of the script is called so: as grub-mkconfig's does it. */
int script_savedefault(struct context *context, const struct script_call *call)
{
    struct variables *variables = &call->script->variables;
    const char *chosen = variables_get(variables, "chosen");
    const char *const words[] = {call->words[0], "saved_entry", NULL};
    struct script_call save = *call;
    if (context->config == NULL || context->config->grub == NULL) {
        return run_savedefault(context, context->command->arguments); /* typed, in another menu */
    }
    int error = chosen != NULL ? variables_set(variables, "saved_entry", chosen) : 0;
    if (error != 0) {
        return error;
    }
    save.words = words;
    save.count = 2;
    return script_save_env(context, &save);
}
