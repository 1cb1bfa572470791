/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/shared_info.h"

#include <stddef.h>

#include "hypervisor/xen-pv/paging.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/start.h"
#include "hypervisor/xen/domain.h"
#include "lib/arena.h"

/* Xen's page takes the place of this one. */
static uint8_t place[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static shared_info_t *mapped;

void shared_info_map(void)
{
    if (hypercall_update_va_mapping(place, start_info->shared_info | PTE_PAGE) != 0) {
        domain_shutdown(SHUTDOWN_crash);
    }
    mapped = (shared_info_t *)place;
}

shared_info_t *shared_info(void)
{
    return mapped;
}
