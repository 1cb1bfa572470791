/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/commands/commands.h"

#include <string.h>

#include "boot/commands/context.h"
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

int commands_run(struct context *context, const struct command_list *list)
{
    int result = 0;
    for (const struct command *c = list->first; result == 0 && c != NULL; c = c->next) {
        result = command_run(context, c);
    }
    return result;
}

int commands_run_entry(struct context *context, const struct command_list *body)
{
    int result = commands_run(context, &context->config->globals);
    result = result != 0 ? result : commands_run(context, body);
    bool needs_kernel = context->config->grammar->names_kernel;
    if (result != 0 || (context->plan.kernel == NULL && !needs_kernel)) {
        return result;
    }
    return context->plan.kernel != NULL
               ? COMMAND_BOOT
               : fail(context->log, ERR_INVALID, "%s: the entry names no kernel",
                      context->config->name);
}
