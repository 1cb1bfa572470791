/* SPDX-License-Identifier: BSD-2-Clause */
#include "tool/interrupt.h"

#include <signal.h>
#include <stddef.h>

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

enum { SIGNALS = sizeof signals / sizeof signals[0] };

static volatile sig_atomic_t asked;

static void ask(int number)
{
    asked = number;
}

/* One that is ignored, as by nohup, stays so. */
static void handle(void (*from)(int), void (*to)(int))
{
    for (size_t i = 0; i < SIGNALS; i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler == from) {
            now.sa_handler = to;
            (void)sigaction(signals[i], &now, NULL); /* it has just been asked about */
        }
    }
}

void interrupt_hold(void)
{
    handle(SIG_DFL, ask);
}

bool interrupt_asked(void)
{
    return asked != 0;
}

void interrupt_release(void)
{
    handle(ask, SIG_DFL);
    if (asked != 0) {
        (void)raise(asked); /* which does not return */
    }
}
