/* SPDX-License-Identifier: BSD-2-Clause */
/* menu, prompt: what shows next. */
#include "boot/commands/context.h"

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
