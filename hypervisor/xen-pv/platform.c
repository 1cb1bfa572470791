/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/platform.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen-pv/suspend.h"
#include "lib/arena.h"
#include "lib/checked.h"

static struct platform_ring store(void)
{
    return (struct platform_ring){
        .page = initial_page(pfn_of_mfn(start_info->store_mfn)),
        .port = start_info->store_evtchn,
    };
}

static struct platform_ring console(void)
{
    return (struct platform_ring){
        .page = initial_page(pfn_of_mfn(start_info->console.domU.mfn)),
        .port = start_info->console.domU.evtchn,
    };
}

static uint32_t grant_frame(const void *address)
{
    return (uint32_t)frames_of(address); /* Xen gives PV guests no frame past 32 bits for it */
}

enum { GRANT_FRAMES = 4 };

/* Asks Xen for the table's first `count` frames. */
static bool list_grant_frames(xen_pfn_t *frames, unsigned count)
{
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = count};
    set_xen_guest_handle(setup.frame_list, frames);
    return hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1) == 0 &&
           setup.status == GNTST_okay;
}

static unsigned map_grant_table(void *pages, unsigned count)
{
    xen_pfn_t frames[GRANT_FRAMES];
    unsigned listed = (unsigned)min_u64(count, GRANT_FRAMES), mapped = 0;
    while (listed > 0 && !list_grant_frames(frames, listed)) {
        listed--; /* the host's max_grant_frames may be as low as 1 */
    }
    for (; mapped < listed; mapped++) {
        const void *page = (const uint8_t *)pages + mapped * PAGE_SIZE;
        if (hypercall_update_va_mapping(page, frames[mapped] << PAGE_SHIFT | PTE_PAGE) != 0) {
            break;
        }
    }
    return mapped;
}

static void unmap_grant_table(void *pages, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const void *page = (const uint8_t *)pages + i * PAGE_SIZE;
        (void)hypercall_update_va_mapping(page, frames_of(page) << PAGE_SHIFT |
                                                    PTE_PAGE); /* a frame of ours: cannot fail */
    }
}

const struct platform pv_platform = {
    .shared_info = shared_info,
    .store = store,
    .console = console,
    .grant_frame = grant_frame,
    .map_grant_table = map_grant_table,
    .unmap_grant_table = unmap_grant_table,
    .suspend = pv_suspend,
};
