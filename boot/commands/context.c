/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/commands/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "boot/starter.h"
#include "boot/user.h"
#include "lib/arena.h"
#include "lib/log.h"
#include "lib/utf.h"

enum { PRINT_SIZE = 1024 };

const char *context_word(const struct context *context, const char **arguments)
{
    size_t length = strcspn(*arguments, " ");
    const char *word = arena_copy(context->arena, *arguments, length);
    *arguments += length;
    *arguments += strspn(*arguments, " ");
    return word;
}

/* Text from disks: a terminal must not obey it. */
static void disarm(char *text)
{
    for (char *tab = strchr(text, '\t'); tab != NULL; tab = strchr(tab, '\t')) {
        *tab = ' ';
    }
    utf8_disarm(text);
}

bool context_print(const struct context *context, const char *format, ...)
{
    char text[PRINT_SIZE];
    va_list arguments;
    if (context->user == NULL) {
        return false;
    }
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments); /* cut, where it is long */
    va_end(arguments);
    disarm(text);
    return context->user->print(context->user, text);
}

int context_fail(const struct context *context, int error, const char *what)
{
    const struct command *command = context->command;
    if (command->file != NULL && command->line == 0) {
        return fail(context->log, error, "%s: %s: %s", command->file, command->name, what);
    }
    if (command->file != NULL) {
        return fail(context->log, error, "%s:%u: %s: %s", command->file, command->line,
                    command->name, what);
    }
    return fail(context->log, error, "%s: %s", command->name, what);
}

int context_start(const struct context *context)
{
    int error = context->starter->start(context->starter, &context->plan);
    return error != 0 ? error : COMMAND_STARTED;
}
