/* SPDX-License-Identifier: BSD-2-Clause */
#include "pvops/xen/waiter.h"

#include "hypervisor/xen/events.h"
#include "hypervisor/xen/time.h"
#include "pvops/wait.h"
#include "pvops/xen/clock.h"
#include "pvops/xen/frontend.h"

static uint64_t nanoseconds(uint64_t microseconds)
{
    return microseconds < UINT64_MAX / MICROSECONDS ? microseconds * MICROSECONDS : UINT64_MAX;
}

static void xen_sleep(struct waiter *waiter, uint64_t deadline)
{
    (void)waiter;
    if (!frontends_take_answers()) {
        events_sleep(nanoseconds(deadline));
        (void)frontends_take_answers(); /* whoever waits for one looks at it */
    }
}

struct waiter *xen_waiter(void)
{
    static struct waiter waiter = {.sleep = xen_sleep, .patience = WAIT_FOREVER};
    waiter.clock = xen_clock();
    return &waiter;
}
