/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/platform.h"

#include "hypervisor/xen-pvh/holes.h"
#include "hypervisor/xen-pvh/maps.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/pvh_hypercall.h"
#include "hypervisor/xen-pvh/ram.h"
#include "hypervisor/xen/domain.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"

enum { GRANT_FRAMES = 4 };

/* Room for shared_info, and after it for the grant table. */
static uint64_t hole;

static struct platform_ring store_ring, console_ring;

static uint64_t parameter(uint32_t number)
{
    struct xen_hvm_param parameter = {.domid = DOMID_SELF, .index = number};
    return hypercall_hvm_op(HVMOP_get_param, &parameter) == 0 ? parameter.value : 0;
}

static struct platform_ring ring(uint32_t page, uint32_t port)
{
    return (struct platform_ring){.page = at_physical(parameter(page) << PAGE_SHIFT),
                                  .port = (evtchn_port_t)parameter(port)};
}

/* Puts one of Xen's pages at a physical address. */
static bool add_page(uint64_t paddr, unsigned space, unsigned index)
{
    struct xen_add_to_physmap add = {
        .domid = DOMID_SELF, .space = space, .idx = index, .gpfn = paddr >> PAGE_SHIFT};
    return hypercall_memory_op(XENMEM_add_to_physmap, &add) == 0;
}

static void remove_page(uint64_t paddr)
{
    struct xen_remove_from_physmap remove = {.domid = DOMID_SELF, .gpfn = paddr >> PAGE_SHIFT};
    (void)hypercall_memory_op(XENMEM_remove_from_physmap, &remove); /* fails where nothing is */
}

static uint64_t grant_page(unsigned index)
{
    return hole + (1 + index) * PAGE_SIZE;
}

/* What Xen has for us, or has anew. */
static int find_pages(void)
{
    store_ring = ring(HVM_PARAM_STORE_PFN, HVM_PARAM_STORE_EVTCHN);
    console_ring = ring(HVM_PARAM_CONSOLE_PFN, HVM_PARAM_CONSOLE_EVTCHN);
    return add_page(hole, XENMAPSPACE_shared_info, 0) ? 0 : ERR_NOT_FOUND;
}

int pvh_platform_start(const struct memory *memory)
{
    hole = hole_find(memory, (1 + GRANT_FRAMES) * PAGE_SIZE);
    return hole != 0 ? find_pages() : ERR_NOT_FOUND;
}

void pvh_platform_stop(void)
{
    for (unsigned i = 0; i < GRANT_FRAMES; i++) {
        remove_page(grant_page(i));
    }
    remove_page(hole);
}

static shared_info_t *shared_info(void)
{
    return at_physical(hole);
}

static struct platform_ring store(void)
{
    return store_ring;
}

static struct platform_ring console(void)
{
    return console_ring;
}

static uint32_t grant_frame(const void *address)
{
    return (uint32_t)(ram_paddr(address) >> PAGE_SHIFT); /* of at most 44 bits' addresses */
}

static unsigned map_grant_table(void *pages, unsigned count)
{
    unsigned frames = 0;
    while (frames < min_u64(count, GRANT_FRAMES) &&
           add_page(grant_page(frames), XENMAPSPACE_grant_table, frames)) {
        maps_point((uint8_t *)pages + frames * PAGE_SIZE, grant_page(frames));
        frames++;
    }
    return frames;
}

static void unmap_grant_table(void *pages, unsigned count)
{
    for (unsigned i = 0; i < min_u64(count, GRANT_FRAMES); i++) {
        uint8_t *page = (uint8_t *)pages + i * PAGE_SIZE;
        maps_point(page, ram_paddr(page));
        remove_page(grant_page(i));
    }
}

/* Nothing of Xen's may be mapped where the domain's memory is saved. */
static void suspend(void)
{
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_suspend};
    remove_page(hole);
    (void)hypercall_sched_op(SCHEDOP_shutdown, &shutdown); /* saved or not, it goes on */
    if (find_pages() != 0) {
        domain_shutdown(SHUTDOWN_crash); /* there is neither time nor console */
    }
}

const struct platform pvh_platform = {
    .shared_info = shared_info,
    .store = store,
    .console = console,
    .grant_frame = grant_frame,
    .map_grant_table = map_grant_table,
    .unmap_grant_table = unmap_grant_table,
    .suspend = suspend,
};
