/* SPDX-License-Identifier: BSD-2-Clause */
/* insmod: all that GRUB has modules for is here, or means nothing; one changes what words mean. */
#include <string.h>

#include "boot/commands/context.h"

int script_insmod(struct context *context, const struct script_call *call)
{
    (void)context;
    for (size_t i = 1; i < call->count; i++) {
        if (strcmp(call->words[i], "regexp") == 0) {
            call->script->wildcards = true;
        }
    }
    return 0;
}
