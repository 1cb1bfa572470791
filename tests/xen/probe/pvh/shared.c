/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest with physical memory shares with Xen: pages and parameters. */
#include "tests/xen/probe/pvh/probe_pvh.h"

const uint8_t fresh_upcall_mask = 0;

/* Xen's pages: in a hole that all of its builder's memory maps have. */
enum { HOLE_PFN = 0xfb000 };

uint64_t parameter(uint32_t number)
{
    struct xen_hvm_param parameter = {.domid = DOMID_SELF, .index = number};
    return hypercall_hvm_op(HVMOP_get_param, &parameter) == 0 ? parameter.value : UINT64_MAX;
}

static void *map_page(unsigned space, unsigned index, xen_pfn_t pfn)
{
    struct xen_add_to_physmap add = {
        .domid = DOMID_SELF, .space = space, .idx = index, .gpfn = pfn};
    (void)hypercall_memory_op(XENMEM_add_to_physmap, &add);
    return (void *)(pfn * PAGE_SIZE);
}

void map_shared(void)
{
    shared = (struct shared){
        .info = map_page(XENMAPSPACE_shared_info, 0, HOLE_PFN),
        .console = (void *)(parameter(HVM_PARAM_CONSOLE_PFN) * PAGE_SIZE),
        .store = (void *)(parameter(HVM_PARAM_STORE_PFN) * PAGE_SIZE),
        .console_port = (evtchn_port_t)parameter(HVM_PARAM_CONSOLE_EVTCHN),
        .store_port = (evtchn_port_t)parameter(HVM_PARAM_STORE_EVTCHN),
    };
}

/* Its contents; the frame itself is mapped in the hole. */
void map_grant_frame(void *page)
{
    const uint8_t *frame = map_page(XENMAPSPACE_grant_table, 0, HOLE_PFN + 1);
    for (size_t i = 0; i < PAGE_SIZE; i++) {
        ((uint8_t *)page)[i] = frame[i];
    }
}

uint64_t page_of_grant(uint64_t frame)
{
    return frame;
}
