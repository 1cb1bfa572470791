/* SPDX-License-Identifier: BSD-2-Clause */
/* savedefault: the default entry of the next time. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/saved.h"
#include "lib/error.h"
#include "menu/grammar/lines.h"

/* The entry that is tried when this one fails, or this one itself. */
static size_t next_fallback(const struct config *config, size_t number)
{
    size_t next = 0;
    for (size_t i = 0; i < config->fallback_count; i++) {
        next = config->fallbacks[i] == number ? i + 1 : next;
    }
    return next < config->fallback_count ? config->fallbacks[next] : number;
}

int run_savedefault(struct context *context, const char *arguments)
{
    const struct config *config = context->config;
    if (context->user == NULL) {
        return 0; /* nothing is booted, only tried */
    }
    if (config == NULL || context->entry == NULL) {
        return context_fail(context, ERR_INVALID, "there is no menu");
    }
    int number = (int)context->entry->number;
    if (strcmp(arguments, "fallback") == 0) {
        number = (int)next_fallback(config, context->entry->number);
    } else if (arguments[0] != '\0' && !parse_decimal(arguments, &number)) {
        return context_fail(context, ERR_INVALID, "the number of an entry, or \"fallback\"?");
    }
    /* A boot does not fail because its number could not be kept: why is in the log. */
    (void)saved_write(context->devices, config->name, number, context->arena, context->log);
    return 0;
}
