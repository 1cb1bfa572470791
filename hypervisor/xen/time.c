/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/time.h"

#include "hypervisor/xen/platform.h"
#include "lib/checked.h"

static uint64_t read_tsc(void)
{
    uint32_t low, high;
    __asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* The scale that xen/xen.h gives at struct vcpu_time_info: a shift, then a 32-bit fraction. */
static uint64_t nanoseconds(uint64_t ticks, int8_t shift, uint32_t multiplier)
{
    ticks = shift < 0 ? ticks >> -shift : ticks << shift;
    return (uint64_t)((unsigned __int128)ticks * multiplier >> 32);
}

/* Nanoseconds since the host started. */
static uint64_t xen_time(void)
{
    const volatile struct vcpu_time_info *info = &platform_shared_info()->vcpu_info[0].time;
    uint32_t version;
    uint64_t now;
    do { /* an odd or changed version means that Xen was writing */
        version = info->version;
        __asm__ volatile("" ::: "memory");
        now = info->system_time + nanoseconds(read_tsc() - info->tsc_timestamp, info->tsc_shift,
                                              info->tsc_to_system_mul);
        __asm__ volatile("" ::: "memory");
    } while ((version & 1) != 0 || version != info->version);
    return now;
}

/* Xen's time minus ours; below 0 after a move to a host that has started later. */
static int64_t lead;

uint64_t time_now(void)
{
    return xen_time() - (uint64_t)lead;
}

uint64_t time_for_xen(uint64_t moment)
{
    return min_u64(moment, INT64_MAX / 2) + (uint64_t)lead;
}

void time_continue(uint64_t now)
{
    lead = (int64_t)(xen_time() - now);
}
