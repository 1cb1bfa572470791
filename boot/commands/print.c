/* SPDX-License-Identifier: BSD-2-Clause */
/* echo, pause, clear, displaymem: words on the screen. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/user.h"
#include "lib/decimal.h"
#include "lib/error.h"
#include "pvops/machine.h"

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

/* sleep [--verbose] [--interruptible] SECONDS */
int run_sleep(struct context *context, const char *arguments)
{
    enum { SLEEP_LIMIT = 24 * 60 * 60 /* seconds */ };
    const char *word = arguments;
    uint64_t seconds;
    while (word != NULL && arguments[0] == '-') {
        word = context_word(context, &arguments);
    }
    if (!decimal_parse(arguments, SLEEP_LIMIT, &seconds)) {
        return context_fail(context, ERR_INVALID, "how many seconds?");
    }
    if (context->user != NULL) {
        context->user->sleep(context->user, (unsigned)seconds);
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
    (void)context_print(context, "%lu MiB", memory_ram(&context->machine->memory) >> 20);
    return 0;
}
