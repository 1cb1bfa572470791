/* SPDX-License-Identifier: BSD-2-Clause */
/* pager, debug, quiet, verbose: how much shows. */
#include <string.h>

#include "boot/commands/context.h"
#include "lib/error.h"

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
