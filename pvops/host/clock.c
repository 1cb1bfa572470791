/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/host/clock.h"

#include <time.h>

#include "pvops/clock.h"

static uint64_t microseconds(struct clock *clock)
{
    (void)clock;
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* every Linux has this clock */
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static uint64_t milliseconds(struct clock *clock)
{
    return microseconds(clock) / 1000;
}

void host_clock_open(struct clock *clock)
{
    *clock = (struct clock){.milliseconds = milliseconds, .microseconds = microseconds};
}
