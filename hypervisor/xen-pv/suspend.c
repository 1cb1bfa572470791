/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Being saved and restored, as Xen's tools expect it of a PV guest: its page tables map nothing but
 * its own pages; in start_info, which they find by its frame in the hypercall, store and console are
 * named by pages instead of frames, which will be others. They write the new frames, ports and shared
 * page there, and new frames to the p2m and to all page tables.
 */
#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen/platform.h"

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

void platform_suspend(void)
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
