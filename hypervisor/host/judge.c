/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/host/judge.h"

#include <stdio.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pv/next/check.h"
#include "hypervisor/xen-pv/next/layout.h"
#include "hypervisor/xen-pvh/next/check.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/room.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "hypervisor/xen-pvh/start_info.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

const char *const host_type_names[HOST_TYPES] = {"pv", "pvh"};

/* A log that keeps its last line as the reason. */
struct reason_log {
    struct log log; /* first */
    char *reason;
};

static void keep_reason(struct log *log, const char *text)
{
    const struct reason_log *kept = (const struct reason_log *)log;
    (void)snprintf(kept->reason, HOST_REASON_SIZE, "%s", text);
}

static int too_small(uint64_t memory, struct log *log)
{
    return fail(log, ERR_NO_MEMORY,
                "%lu MiB are too small for the kernel and its initrd beside the loader (-m says "
                "how large the domain is)",
                memory >> 20);
}

/* ---- PV ------------------------------------------------------------------------------------- */

/*
 * The loader's image, Xen's tables and ours take the initial mapping; the p2m has 8 bytes for each
 * page; and no more can be mapped than there is room for tables in the initial mapping.
 */
enum { INITIAL_MAPPING = 4 << 20, MAPPED_LIMIT = 1584 << 20, P2M_SHARE = 4096 / 8 };

static uint64_t pv_room(uint64_t memory)
{
    uint64_t taken = INITIAL_MAPPING + memory / P2M_SHARE;
    return memory > taken ? min_u64(memory - taken, MAPPED_LIMIT) : 0;
}

static int judge_pv(struct host_verdict *verdict, const struct next_kernel *next, uint64_t memory,
                    const struct arena *arena, struct log *log)
{
    struct layout layout;
    int error = next_check(next, log);
    if (error != 0) {
        return error;
    }
    error = layout_compute(&layout, next, memory / PAGE_SIZE);
    if (error == ERR_INVALID) {
        return fail(log, error, "Xen would refuse the kernel's addresses: VIRT_BASE 0x%lx",
                    next->pv.virt_base);
    }
    verdict->memory = layout.total_pages * PAGE_SIZE;
    bool fits = arena->used + layout_new_pages(&layout, next) * PAGE_SIZE <= pv_room(memory);
    return error == 0 && fits ? 0 : too_small(memory, log);
}

/* ---- PVH ------------------------------------------------------------------------------------ */

enum {
    PVH_LOADER_SIZE =
        2 << 20 /* bytes: image and tables, and what is lost by starting at a large page */
};

static int judge_pvh(struct host_verdict *verdict, const struct next_kernel *next, uint64_t memory,
                     const struct arena *arena, struct log *log)
{
    static const struct memory_range ranges[8]; /* as many as xl's builder makes */
    static const struct pvh_start start = {.memory = {.ranges = ranges, .count = 8}};
    const struct told told = {.next = next,
                              .start = &start,
                              .module_count = next->initrd != NULL ? 1 : next->module_count};
    struct flat_kernel kernel;
    int error = pvh_check(next, log);
    const struct way *way = error == 0 ? way_find(next, &kernel, log, &error) : NULL;
    if (way == NULL) {
        return error;
    }
    verdict->way = way->name;
    verdict->entry = kernel.entry;
    const struct room_wanted wanted = {.kernel = &kernel,
                                       .next = next,
                                       .information_size = way_size(way, &told),
                                       .loader_size = PVH_LOADER_SIZE,
                                       .loaded = arena->used};
    verdict->memory = room_alone(&wanted);
    if (verdict->memory == 0) {
        return fail(log, ERR_INVALID, "%s: its addresses, from 0x%lx on, are no memory", next->name,
                    kernel.segments[0].paddr);
    }
    return room_check(&wanted, memory) == 0 ? 0 : too_small(memory, log);
}

/* ---- both ----------------------------------------------------------------------------------- */

uint64_t host_room(enum host_type type, uint64_t memory)
{
    return type == HOST_PV ? pv_room(memory) : room_arena(memory, PVH_LOADER_SIZE);
}

void host_judge(struct host_verdict *verdict, enum host_type type, const struct next_kernel *next,
                uint64_t memory, const struct arena *arena)
{
    struct reason_log kept = {.log.line = keep_reason, .reason = verdict->reason};
    *verdict = (struct host_verdict){0};
    verdict->error =
        (type == HOST_PV ? judge_pv : judge_pvh)(verdict, next, memory, arena, &kept.log);
}
