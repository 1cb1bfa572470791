/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/commands/commands.h"

#include <string.h>

#include "boot/commands/context.h"
#include "boot/grub/grub.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"

const struct command_type *command_find(const char *name)
{
    for (size_t i = 0; i < command_type_count; i++) {
        if (strcmp(command_types[i].name, name) == 0) {
            return &command_types[i];
        }
    }
    return NULL;
}

bool command_exists(const char *name)
{
    return command_find(name) != NULL;
}

/* "FILE:LINE: " of the command that runs, for notes; typed ones have no place. */
static void note(const struct context *context, const char *what)
{
    const struct command *command = context->command;
    if (command->file != NULL) {
        log_line(context->log, "%s:%u: \"%s\" %s", command->file, command->line, command->name,
                 what);
    } else {
        log_line(context->log, "\"%s\" %s", command->name, what);
    }
}

int command_run(struct context *context, const struct command *command)
{
    const struct command_type *type = command_find(command->name);
    context->command = command;
    if (context->settings->debug &&
        !context_print(context, "+ %s %s", command->name, command->arguments)) {
        context->settings->debug = false;
    }
    if (type == NULL) {
        note(context, "is not known, and passed over");
        return 0;
    }
    if (type->run == NULL) {
        note(context, "means nothing under Xen, and is passed over");
        return 0;
    }
    return type->run(context, command->arguments);
}

/* Does a list of commands end with this result of one of them? */
static bool ends(const struct context *context, int result)
{
    return result > 0 || (result < 0 && !context->config->grammar->goes_on);
}

/* Returns the result that ended the list, or the last error, or 0. */
static int run_list(struct context *context, const struct command_list *list)
{
    int last = 0;
    for (const struct command *command = list->first; command != NULL; command = command->next) {
        int result = command_run(context, command);
        if (ends(context, result)) {
            return result;
        }
        last = result != 0 ? result : last;
    }
    return last;
}

int commands_run_entry(struct context *context)
{
    if (context->entry->disabled) {
        return fail(context->log, ERR_DENIED,
                    "%s: %s: its menu does not let it be chosen (MENU DISABLE)",
                    context->config->name, context->entry->title);
    }
    if (context->entry->block != NULL) {
        return grub_run_entry(context);
    }
    int result = run_list(context, &context->config->globals);
    if (ends(context, result)) {
        return result;
    }
    result = run_list(context, &context->entry->body);
    if (result != 0) {
        return result;
    }
    if (context->plan.kernel != NULL) {
        return context_start(context);
    }
    return context->config->grammar->names_kernel
               ? fail(context->log, ERR_INVALID, "%s: the entry names no kernel",
                      context->config->name)
               : 0;
}
