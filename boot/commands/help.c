/* SPDX-License-Identifier: BSD-2-Clause */
/* help, version. */
#include <string.h>

#include "boot/commands/context.h"
#include "lib/error.h"
#include "lib/version.h"

static bool print_all(const struct context *context)
{
    bool more = true;
    for (size_t i = 0; more && i < command_type_count; i++) {
        if (command_is_known(&command_types[i])) {
            more = context_print(context, "%s", command_types[i].help);
        }
    }
    return more;
}

static bool print_one(const struct context *context, const struct command_type *type)
{
    return command_is_known(type) ? context_print(context, "%s", type->help)
                                  : context_print(context, "%s: %s", type->name, type->help);
}

/* All whose names begin so. */
static bool print_matching(const struct context *context, const char *word)
{
    bool found = false;
    for (size_t i = 0; i < command_type_count; i++) {
        if (strncmp(command_types[i].name, word, strlen(word)) == 0) {
            found = true;
            if (!print_one(context, &command_types[i])) {
                break;
            }
        }
    }
    return found;
}

int run_help(struct context *context, const char *arguments)
{
    if (arguments[0] == '\0') {
        (void)(print_all(context) &&
               context_print(context, "Tab completes; Up and Down: what was typed; Esc: the menu"));
        return 0;
    }
    const struct command_type *type = command_find(arguments);
    bool found =
        type != NULL ? print_one(context, type) || true : print_matching(context, arguments);
    return found ? 0 : context_fail(context, ERR_NOT_FOUND, "there is no such command");
}

int run_version(struct context *context, const char *arguments)
{
    (void)arguments;
    (void)context_print(context, "pvboot " PVBOOT_VERSION);
    return 0;
}
