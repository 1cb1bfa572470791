/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/clock.h"

#include "hypervisor/xen/time.h"
#include "pvops/clock.h"

static uint64_t milliseconds(struct clock *clock)
{
    (void)clock;
    return time_now() / MILLISECONDS;
}

static uint64_t microseconds(struct clock *clock)
{
    (void)clock;
    return time_now() / MICROSECONDS;
}

struct clock *xen_clock(void)
{
    static struct clock clock = {.milliseconds = milliseconds, .microseconds = microseconds};
    return &clock;
}
