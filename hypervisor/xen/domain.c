/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/domain.h"

#include "hypervisor/xen/grants.h"
#include "hypervisor/xen/hypercall.h"
#include "hypervisor/xen/platform.h"
#include "hypervisor/xen/time.h"

void domain_shutdown(unsigned reason)
{
    struct sched_shutdown shutdown = {.reason = reason};
    for (;;) {
        (void)hypercall_sched_op(SCHEDOP_shutdown, &shutdown); /* does not return */
    }
}

int domain_suspend(void)
{
    uint64_t now = time_now();
    grants_stop();
    platform_suspend();
    time_continue(now);
    return grants_start();
}
