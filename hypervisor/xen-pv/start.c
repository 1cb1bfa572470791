/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/start.h"

#include "hypervisor/xen-pv/entry.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/traps.h"
#include "hypervisor/xen/hypercall.h"
#include "hypervisor/xen/time.h"
#include "lib/arena.h"

start_info_t *start_info;
shared_info_t *shared_info;
uint64_t start_time;

/* Xen's shared page takes the place of this one. */
static uint8_t shared_info_page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* What the stack protector reads at %fs:0x28; the libraries were built with it, and so are we. */
static const uint64_t stack_protector[6] = {[5] = 0x7076626f6f740aff};

extern const char image_start[], data_start[];

void *initial_page(pfn_t pfn)
{
    return (void *)(IMAGE_BASE + (pfn << PAGE_SHIFT));
}

void domain_shutdown(unsigned reason)
{
    struct sched_shutdown shutdown = {.reason = reason};
    for (;;) {
        (void)hypercall_sched_op(SCHEDOP_shutdown, &shutdown); /* does not return */
    }
}

_Noreturn void __stack_chk_fail(void);
void __stack_chk_fail(void)
{
    __builtin_trap(); /* the trap handler says where */
}

static void map_shared_info(void)
{
    if (hypercall_update_va_mapping(shared_info_page, start_info->shared_info | PTE_PAGE) != 0) {
        domain_shutdown(SHUTDOWN_crash); /* without it there is neither time nor console */
    }
    shared_info = (shared_info_t *)shared_info_page;
}

/* Called by entry.S. No stack protector: its word is not there yet. */
_Noreturn void xen_start(start_info_t *info);
__attribute__((no_stack_protector)) void xen_start(start_info_t *info)
{
    (void)hypercall_set_segment_base(SEGBASE_FS,
                                     stack_protector); /* the address is ours: cannot fail */
    start_info = info;
    map_shared_info();
    start_time = time_now();
    traps_start();
    maps_start();
    maps_protect(image_start, data_start);
    (void)hypercall_update_va_mapping(stack_guard, 0); /* a safety net */
    loader_main();
}
