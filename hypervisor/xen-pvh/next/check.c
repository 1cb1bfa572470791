/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/check.h"

#include <stdbool.h>

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/way.h"
#include "lib/error.h"
#include "lib/log.h"

static int refuse_kind(const struct next_kernel *next, struct log *log)
{
    return next->xen.found
               ? fail(
                     log, ERR_UNSUPPORTED,
                     "%s: a kernel for PV only: it needs a domain with pvshim=1, or of type=\"pv\"",
                     next->name)
               : fail(log, ERR_UNSUPPORTED,
                      "%s: a kernel that does not know Xen: there are no Xen notes in it",
                      next->name);
}

static bool is_inside(const struct flat_kernel *kernel, uint64_t paddr)
{
    for (size_t i = 0; i < kernel->segment_count; i++) {
        if (paddr - kernel->segments[i].paddr < kernel->segments[i].memory_size) {
            return true;
        }
    }
    return false;
}

int pvh_check(const struct next_kernel *next, struct log *log)
{
    struct flat_kernel kernel;
    int error = 0;
    if (way_find(next, &kernel, log, &error) == NULL) {
        return error == ERR_NOT_FOUND ? refuse_kind(next, log) : error;
    }
    const struct kernel_segment *last = &kernel.segments[kernel.segment_count - 1];
    if (last->paddr + last->memory_size > FLAT_LIMIT) {
        return fail(log, ERR_CORRUPT, "%s: a segment's addresses or sizes cannot be right",
                    next->name);
    }
    if (!is_inside(&kernel, kernel.entry)) {
        return fail(log, ERR_CORRUPT, "%s: its entry point is outside of it", next->name);
    }
    return 0;
}
