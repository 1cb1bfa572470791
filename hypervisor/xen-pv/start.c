/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/start.h"

#include "hypervisor/xen-pv/frames.h"
#include "hypervisor/xen-pv/maps.h"
#include "hypervisor/xen-pv/memory_map.h"
#include "hypervisor/xen-pv/next/build.h"
#include "hypervisor/xen-pv/next/check.h"
#include "hypervisor/xen-pv/platform.h"
#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/ramdisk.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen-pv/traps.h"
#include "hypervisor/xen/guest.h"
#include "hypervisor/xen/stack_protector.h"
#include "hypervisor/xen/time.h"

start_info_t *start_info;
static struct build build;

void *initial_page(pfn_t pfn)
{
    return (void *)(IMAGE_BASE + (pfn << PAGE_SHIFT));
}

static int build_next(const struct next_kernel *next, struct arena *arena, struct log *log,
                      struct guest_costs *costs)
{
    int error = next_build(&build, next, arena, log);
    costs->loaded = build.given_pages * PAGE_SIZE;
    costs->copied = build.copied;
    return error;
}

static void discard_next(void)
{
    next_discard(&build);
}

static void enter_next(void)
{
    next_enter(&build);
}

/* Called by entry.S. No stack protector: its word is not there yet. */
void pv_start(guest_main *main, start_info_t *info);
__attribute__((no_stack_protector)) void pv_start(guest_main *main, start_info_t *info)
{
    (void)hypercall_set_segment_base(SEGBASE_FS,
                                     stack_protector); /* the address is ours: cannot fail */
    start_info = info;
    platform_choose(&pv_platform);
    shared_info_map();
    uint64_t start_time = time_now();
    traps_start();
    maps_start();
    maps_protect(image_start, data_start);
    (void)hypercall_update_va_mapping(stack_guard, 0); /* a safety net */
    const struct memory_range ram = {.length = info->nr_pages * PAGE_SIZE, .kind = MEMORY_RAM};
    const struct guest guest = {
        .command_line = (const char *)info->cmd_line,
        .memory = {.ranges = &ram, .count = 1},
        .start_time = start_time,
        .open_arena = frames_start,
        .ramdisk = ramdisk_map,
        .enters_pv = true,
        .check = next_check,
        .build = build_next,
        .discard = discard_next,
        .enter = enter_next,
    };
    main(&guest);
}
