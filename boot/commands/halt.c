/* SPDX-License-Identifier: BSD-2-Clause */
/* halt, reboot: the end of the domain. What is only tried ends nothing. */
#include "boot/commands/context.h"
#include "lib/error.h"
#include "pvops/machine.h"
#include "pvops/power.h"

int run_halt(struct context *context, const char *arguments)
{
    (void)arguments;
    struct power *power = context->machine->power;
    if (power != NULL && context->user != NULL) {
        power->off(power);
    }
    return context_fail(context, ERR_UNSUPPORTED, "not here");
}

int run_reboot(struct context *context, const char *arguments)
{
    (void)arguments;
    struct power *power = context->machine->power;
    if (power != NULL && context->user != NULL) {
        power->reboot(power);
    }
    return context_fail(context, ERR_UNSUPPORTED, "not here");
}
