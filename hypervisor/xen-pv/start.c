/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/start.h"

#include "hypervisor/xen-pv/entry.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/traps.h"
#include "hypervisor/xen/time.h"

start_info_t *start_info;
uint64_t start_time;

/* What the stack protector reads at %fs:0x28; the libraries were built with it, and so are we. */
static const uint64_t stack_protector[6] = {[5] = 0x7076626f6f740aff};

extern const char image_start[], data_start[];

void *initial_page(pfn_t pfn)
{
    return (void *)(IMAGE_BASE + (pfn << PAGE_SHIFT));
}

_Noreturn void __stack_chk_fail(void);
void __stack_chk_fail(void)
{
    __builtin_trap(); /* the trap handler says where */
}

/* Called by entry.S. No stack protector: its word is not there yet. */
void xen_start(start_main *main, start_info_t *info);
__attribute__((no_stack_protector)) void xen_start(start_main *main, start_info_t *info)
{
    (void)hypercall_set_segment_base(SEGBASE_FS,
                                     stack_protector); /* the address is ours: cannot fail */
    start_info = info;
    shared_info_map();
    start_time = time_now();
    traps_start();
    maps_start();
    maps_protect(image_start, data_start);
    (void)hypercall_update_va_mapping(stack_guard, 0); /* a safety net */
    main();
}
