/* SPDX-License-Identifier: BSD-2-Clause */
/* The first C code of a PVH guest. */
#include "hypervisor/xen-pvh/cpu.h"
#include "hypervisor/xen-pvh/descriptors.h"
#include "hypervisor/xen-pvh/memory_map.h"
#include "hypervisor/xen-pvh/next/build.h"
#include "hypervisor/xen-pvh/next/check.h"
#include "hypervisor/xen-pvh/platform.h"
#include "hypervisor/xen-pvh/pvh_hypercall.h"
#include "hypervisor/xen-pvh/ram.h"
#include "hypervisor/xen-pvh/serial.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "hypervisor/xen/domain.h"
#include "hypervisor/xen/guest.h"
#include "hypervisor/xen/stack_protector.h"
#include "hypervisor/xen/time.h"
#include "lib/error.h"
#include "lib/log.h"

static struct pvh_start start;

static const void *ramdisk(size_t *size, struct log *log)
{
    enum { SIZE_LIMIT = 16 << 20 }; /* bytes: no config is larger */
    *size = start.ramdisk_size;
    if (*size > SIZE_LIMIT) {
        log_line(log, "ramdisk=: %lu KiB are no config, which has %u at most: passed over",
                 *size >> 10, SIZE_LIMIT >> 10);
        *size = 0;
    }
    return *size == 0 ? NULL : at_physical(start.ramdisk);
}

static int build_next(const struct next_kernel *next, struct arena *arena, struct log *log,
                      struct guest_costs *costs)
{
    return pvh_build(next, &start, arena, log, costs);
}

static void discard_next(void)
{
    /* All of it is in the arena. */
}

/* Where nothing can be said, the host sees that the domain has crashed. */
static void must(int error)
{
    if (error != 0) {
        domain_shutdown(SHUTDOWN_crash);
    }
}

/* Called by entry.S. No stack protector: its word is not there yet. */
void pvh_start(guest_main *main, uint32_t magic, uint64_t start_info);
__attribute__((no_stack_protector)) void pvh_start(guest_main *main, uint32_t magic,
                                                   uint64_t start_info)
{
    write_msr(MSR_FS_BASE, (uint64_t)stack_protector);
    descriptors_start();
    if (!hypercalls_start((uint64_t)(hypercall_page - image_start) + IMAGE_PADDR)) {
        serial_end(
            "pvboot: this machine has no Xen, and pvboot has no drivers for one without\r\n");
    }
    platform_choose(&pvh_platform);
    must(pvh_start_read(&start, magic, start_info));
    must(ram_relocate(&start));
    must(pvh_platform_start(&start.memory));
    const struct guest guest = {
        .command_line = start.command_line,
        .memory = start.memory,
        .start_time = time_now(),
        .open_arena = ram_open,
        .ramdisk = ramdisk,
        .enters_flat = true,
        .check = pvh_check,
        .build = build_next,
        .discard = discard_next,
        .enter = pvh_enter,
    };
    main(&guest);
}
