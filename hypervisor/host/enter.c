/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/host/enter.h"

#include <stdio.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/check.h"
#include "hypervisor/xen-pv/next/layout.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/memory.h"

static void print_notes(const struct next_kernel *next)
{
    const struct kernel_pv *pv = &next->pv;
    (void)printf("      notes    entry 0x%lx, virt_base 0x%lx%s%s\n", pv->entry, pv->virt_base,
                 pv->has_init_p2m ? ", INIT_P2M" : "", pv->mod_start_pfn ? ", MOD_START_PFN" : "");
    if (next->pvh.has_entry) {
        (void)printf("      PVH      entry 0x%x", next->pvh.entry);
        if (next->pvh.can_move) {
            (void)printf(", can move in steps of %u KiB from 0x%x to 0x%x",
                         next->pvh.alignment >> 10, next->pvh.minimum, next->pvh.maximum);
        }
        (void)printf("\n");
    }
}

/* Does it fit into the domain, beside the loader? */
static int check_room(const struct next_kernel *next, const struct memory *memory,
                      struct arena *arena, uint64_t *pages, struct log *log)
{
    uint64_t bytes = memory_ram(memory);
    struct layout layout;
    int error = layout_compute(&layout, next, bytes / PAGE_SIZE);
    if (error == ERR_INVALID) {
        return fail(log, error, "Xen would refuse the kernel's addresses: VIRT_BASE 0x%lx",
                    next->pv.virt_base);
    }
    if (error != 0 || arena_pages(arena, layout_new_pages(&layout, next) * PAGE_SIZE) == NULL) {
        return fail(
            log, ERR_NO_MEMORY,
            "%lu MiB are too small for the kernel and its initrd beside the loader (-m says "
            "how large the domain is)",
            bytes >> 20);
    }
    *pages = layout.total_pages;
    return 0;
}

int host_check(const struct next_kernel *next, const struct memory *memory, struct arena *arena,
               uint64_t *pages, struct log *log)
{
    int error = next_check(next, log);
    return error != 0 ? error : check_room(next, memory, arena, pages, log);
}

int host_enter(const struct next_kernel *next, const struct memory *memory, struct arena *arena,
               struct log *log)
{
    uint64_t pages = 0;
    int error = next_check(next, log);
    if (error != 0) {
        return error;
    }
    print_notes(next);
    error = check_room(next, memory, arena, &pages, log);
    if (error == 0) {
        (void)printf("      memory   %lu MiB of %lu\n", (pages >> 8) + 1, memory_ram(memory) >> 20);
    }
    return error;
}
