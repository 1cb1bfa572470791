/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/shared_info.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen/domain.h"
#include "lib/arena.h"

/* Xen's page takes the place of this one. */
static uint8_t place[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/*
 * xen/arch-x86/xen.h, struct arch_shared_info: a list of machine frames at `p2m_vaddr`, which the page
 * tables at `p2m_cr3` map.
 */
static void describe_p2m(void)
{
    struct arch_shared_info *arch = &shared_info()->arch;
    arch->max_pfn = start_info->nr_pages;
    arch->p2m_vaddr = start_info->mfn_list;
    arch->p2m_cr3 = frames_of((const void *)start_info->pt_base) << PAGE_SHIFT;
}

void shared_info_map(void)
{
    if (hypercall_update_va_mapping(place, start_info->shared_info | PTE_PAGE) != 0) {
        domain_shutdown(SHUTDOWN_crash);
    }
    describe_p2m();
}

void shared_info_unmap(void)
{
    (void)hypercall_update_va_mapping(place, frames_of(place) << PAGE_SHIFT |
                                                 PTE_PAGE); /* a frame of ours: cannot fail */
}

void shared_info_leave(void)
{
    struct arch_shared_info *arch = &shared_info()->arch;
    arch->max_pfn = 0;
    arch->p2m_vaddr = 0;
    arch->p2m_cr3 = 0;
}

shared_info_t *shared_info(void)
{
    return (shared_info_t *)place;
}
