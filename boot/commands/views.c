/* SPDX-License-Identifier: BSD-2-Clause */
/* menu, prompt, configfile: what shows next. */
#include "boot/commands/context.h"
#include "lib/error.h"

int run_menu_again(struct context *context, const char *arguments)
{
    (void)context;
    (void)arguments;
    return COMMAND_MENU;
}

int run_prompt(struct context *context, const char *arguments)
{
    (void)context;
    (void)arguments;
    return COMMAND_PROMPT;
}

int run_configfile(struct context *context, const char *arguments)
{
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    context->next_config = arguments;
    return COMMAND_CONFIG;
}
