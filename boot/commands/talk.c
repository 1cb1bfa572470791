/* SPDX-License-Identifier: BSD-2-Clause */
/* help, echo, pause and other talk with the person; halt and reboot. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/user.h"
#include "lib/error.h"
#include "pvops/machine.h"
#include "pvops/power.h"

#define VERSION "0.1"

/* ---- help ----------------------------------------------------------------------------------- */

static bool print_all(const struct context *context)
{
    bool more = true;
    for (size_t i = 0; more && i < command_type_count; i++) {
        if (command_types[i].run != NULL) {
            more = context_print(context, "%s", command_types[i].help);
        }
    }
    return more;
}

static bool print_one(const struct context *context, const struct command_type *type)
{
    return type->run != NULL ? context_print(context, "%s", type->help)
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

/* ---- settings ------------------------------------------------------------------------------- */

/* "on", "off", or nothing: the other one. */
static int set_switch(const struct context *context, bool *value, const char *argument)
{
    if (strcmp(argument, "on") == 0 || strcmp(argument, "off") == 0) {
        *value = argument[1] == 'n';
    } else if (argument[0] == '\0') {
        *value = !*value;
    } else {
        return context_fail(context, ERR_INVALID, "on or off?");
    }
    (void)context_print(context, "%s is %s", context->command->name, *value ? "on" : "off");
    return 0;
}

int run_pager(struct context *context, const char *arguments)
{
    return set_switch(context, &context->settings->paging, arguments);
}

int run_debug(struct context *context, const char *arguments)
{
    return set_switch(context, &context->settings->debug, arguments);
}

int run_quiet(struct context *context, const char *arguments)
{
    (void)arguments;
    context->settings->quiet = true;
    return 0;
}

int run_verbose(struct context *context, const char *arguments)
{
    (void)arguments;
    context->settings->quiet = false;
    return 0;
}

/* ---- words and keys ------------------------------------------------------------------------- */

int run_echo(struct context *context, const char *arguments)
{
    (void)context_print(context, "%s", arguments);
    return 0;
}

int run_pause(struct context *context, const char *arguments)
{
    (void)context_print(context, "%s", arguments[0] != '\0' ? arguments : "Press a key.");
    if (context->user != NULL) {
        (void)context->user->key(context->user); /* any */
    }
    return 0;
}

int run_clear(struct context *context, const char *arguments)
{
    bool wanted = strcmp(arguments, "0") != 0; /* boot.cfg's clear=0 */
    if (wanted && context->user != NULL) {
        context->user->clear(context->user);
    }
    return 0;
}

int run_displaymem(struct context *context, const char *arguments)
{
    (void)arguments;
    (void)context_print(context, "%lu MiB", context->machine->memory >> 20);
    return 0;
}

int run_version(struct context *context, const char *arguments)
{
    (void)arguments;
    (void)context_print(context, "pvboot " VERSION);
    return 0;
}

/* ---- the end -------------------------------------------------------------------------------- */

int run_halt(struct context *context, const char *arguments)
{
    (void)arguments;
    struct power *power = context->machine->power;
    if (power != NULL) {
        power->off(power);
    }
    return context_fail(context, ERR_UNSUPPORTED, "not here");
}

int run_reboot(struct context *context, const char *arguments)
{
    (void)arguments;
    struct power *power = context->machine->power;
    if (power != NULL) {
        power->reboot(power);
    }
    return context_fail(context, ERR_UNSUPPORTED, "not here");
}
