/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/domain.h"

#include "hypervisor/xen/hypercall.h"

void domain_shutdown(unsigned reason)
{
    struct sched_shutdown shutdown = {.reason = reason};
    for (;;) {
        (void)hypercall_sched_op(SCHEDOP_shutdown, &shutdown); /* does not return */
    }
}
