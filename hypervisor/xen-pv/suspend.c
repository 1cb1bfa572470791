/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/suspend.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/start.h"

static void name_by_page(void)
{
    start_info->store_mfn = pfn_of_mfn(start_info->store_mfn);
    start_info->console.domU.mfn = pfn_of_mfn(start_info->console.domU.mfn);
}

static void name_by_frame(void)
{
    start_info->store_mfn = frames_p2m()[start_info->store_mfn];
    start_info->console.domU.mfn = frames_p2m()[start_info->console.domU.mfn];
}

void pv_suspend(void)
{
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_suspend};
    uint32_t flags = start_info->flags; /* which the tools clear */
    mfn_t frame = frames_of(start_info);
    name_by_page();
    shared_info_unmap();
    if (hypercall_suspend(&shutdown, frame) != 0) {
        name_by_frame(); /* it was not saved, or goes on nevertheless */
    }
    start_info->flags = flags;
    shared_info_map();
}
