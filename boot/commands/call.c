/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands of a script: words become the line that menu.lst would have, and $root the plan's root. */
#include <stdio.h>
#include <string.h>

#include "boot/commands/context.h"
#include "boot/device_name.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- words ---------------------------------------------------------------------------------- */

static bool is_special(char c)
{
    return c == '\\' || c == '\'' || c == '"';
}

static size_t quoted_size(const char *word)
{
    return 2 * strlen(word) + 3; /* each character after a backslash, two quotes, a blank */
}

/* Returns the end. */
static char *put_quoted(char *to, const char *word)
{
    bool has_blank = strchr(word, ' ') != NULL;
    if (has_blank) {
        *to++ = '"';
    }
    for (; *word != '\0'; word++) {
        if (is_special(*word)) {
            *to++ = '\\';
        }
        *to++ = *word;
    }
    if (has_blank) {
        *to++ = '"';
    }
    return to;
}

static char *put_plain(char *to, const char *word)
{
    while (*word != '\0') {
        *to++ = *word++;
    }
    return to;
}

char *context_join(const struct context *context, const struct script_call *call, size_t first,
                   bool quoted)
{
    size_t size = 1;
    for (size_t i = first; i < call->count; i++) {
        size += quoted_size(call->words[i]);
    }
    char *text = arena_alloc(context->arena, size), *to = text;
    for (size_t i = first; text != NULL && i < call->count; i++) {
        if (i > first) {
            *to++ = ' ';
        }
        to = quoted ? put_quoted(to, call->words[i]) : put_plain(to, call->words[i]);
    }
    return text;
}

/* ---- $root ---------------------------------------------------------------------------------- */

/* As SUSE's GRUB has it: with btrfs_relative_path paths begin in the default subvolume. */
static void take_relative_paths(struct place *place, const struct script *script)
{
    const char *value = variables_get(&script->variables, "btrfs_relative_path");
    if (place->tried) {
        place->volume.default_first = value != NULL && (value[0] == 'y' || value[0] == '1');
    }
}

int context_take_root(struct context *context, const struct script *script)
{
    const char *root = variables_get(&script->variables, "root");
    char name[DEVICE_NAME_SIZE + 2];
    if (root == NULL || root[0] == '\0') {
        return 0; /* where the config lies, or the first file system */
    }
    int length = snprintf(name, sizeof name, "(%s)", root);
    bool fits = length > 0 && (size_t)length < sizeof name;
    struct place *place = fits ? device_name_find(context->devices, name, (size_t)length) : NULL;
    if (place == NULL) {
        return ERR_NOT_FOUND;
    }
    take_relative_paths(place, script);
    context->plan.root = place;
    return 0;
}

/* A command like `uuid` has changed the plan's root: so has $root. */
static int give_root(const struct context *context, const struct script_call *call,
                     const struct place *before)
{
    char name[DEVICE_NAME_SIZE];
    if (context->plan.root == before) {
        return 0;
    }
    device_name_of(context->plan.root, name);
    return variables_set(&call->script->variables, "root", name);
}

/* ---- running -------------------------------------------------------------------------------- */

static int run_line(struct context *context, const struct script_call *call,
                    const struct command *command)
{
    const struct place *before = context->plan.root;
    int result = command_run(context, command);
    int error = give_root(context, call, before);
    return error != 0 ? error : result;
}

static struct command *make_command(const struct context *context, const struct script_call *call)
{
    struct command *command = arena_alloc(context->arena, sizeof *command);
    char *name = arena_copy(context->arena, call->words[0], strlen(call->words[0]));
    char *arguments = context_join(context, call, 1, false);
    if (command == NULL || name == NULL || arguments == NULL) {
        return NULL;
    }
    bool has_place = script_has_place(call->script, call->statement);
    *command = (struct command){.name = name,
                                .arguments = arguments,
                                .file = has_place ? call->statement->file : NULL,
                                .line = call->statement->line};
    return command;
}

int command_run_call(struct context *context, const struct script_call *call)
{
    const struct command_type *type = command_find(call->words[0]);
    if (type == NULL) {
        return SCRIPT_UNKNOWN;
    }
    struct command *command = make_command(context, call);
    if (command == NULL) {
        return ERR_NO_MEMORY;
    }
    context->command = command;
    int error = context_take_root(context, call->script);
    if (error != 0 && type->from_root && command->file == NULL) {
        return fail(context->log, error, "%s: root=%.60s: there is no such disk or partition",
                    command->name, variables_get(&call->script->variables, "root"));
    }
    if (error != 0 && type->from_root) {
        return fail(context->log, error,
                    "%s:%u: %s: root=%.60s: there is no such disk or partition", command->file,
                    command->line, command->name, variables_get(&call->script->variables, "root"));
    }
    if (type->script != NULL) {
        return type->script(context, call);
    }
    bool is_silent = type->run == NULL && command->file != NULL;
    return is_silent ? 0 : run_line(context, call, command);
}
