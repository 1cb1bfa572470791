/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/platform.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/start.h"
#include "lib/arena.h"
#include "lib/checked.h"

shared_info_t *platform_shared_info(void)
{
    return shared_info();
}

struct platform_ring platform_store(void)
{
    return (struct platform_ring){
        .page = initial_page(pfn_of_mfn(start_info->store_mfn)),
        .port = start_info->store_evtchn,
    };
}

struct platform_ring platform_console(void)
{
    return (struct platform_ring){
        .page = initial_page(pfn_of_mfn(start_info->console.domU.mfn)),
        .port = start_info->console.domU.evtchn,
    };
}

uint32_t platform_grant_frame(const void *address)
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

unsigned platform_map_grant_table(void *pages, unsigned count)
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

void platform_unmap_grant_table(void *pages, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const void *page = (const uint8_t *)pages + i * PAGE_SIZE;
        (void)hypercall_update_va_mapping(page, frames_of(page) << PAGE_SHIFT |
                                                    PTE_PAGE); /* a frame of ours: cannot fail */
    }
}
