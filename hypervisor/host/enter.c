/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/host/enter.h"

#include <stdio.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/layout.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"

int host_enter(const struct next_kernel *next, uint64_t memory, struct log *log)
{
    struct layout layout;
    int error = layout_compute(&layout, next, memory / PAGE_SIZE);
    if (error == ERR_INVALID) {
        return fail(log, error, "Xen would refuse the kernel's addresses: VIRT_BASE 0x%lx",
                    next->virt_base);
    }
    (void)printf("      notes    entry 0x%lx, virt_base 0x%lx%s%s\n", next->entry, next->virt_base,
                 next->has_init_p2m ? ", INIT_P2M" : "",
                 next->mod_start_pfn ? ", MOD_START_PFN" : "");
    if (error != 0) {
        return fail(
            log, error,
            "%lu MiB are too small for the kernel and its initrd (-m says how large the domain is)",
            memory >> 20);
    }
    (void)printf("      memory   %lu MiB of %lu\n", (layout.total_pages >> 8) + 1, memory >> 20);
    return 0;
}
