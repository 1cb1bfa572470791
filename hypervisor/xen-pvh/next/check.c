/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/check.h"

#include <stdbool.h>

#include "hypervisor/next_kernel.h"
#include "lib/error.h"
#include "lib/log.h"

#define ADDRESS_LIMIT (UINT64_C(1) << 32) /* a kernel that starts without paging reaches no more */

static bool is_inside(const struct next_kernel *next, uint64_t paddr)
{
    for (size_t i = 0; i < next->segment_count; i++) {
        if (paddr - next->segments[i].paddr < next->segments[i].memory_size) {
            return true;
        }
    }
    return false;
}

int pvh_check(const struct next_kernel *next, struct log *log)
{
    const struct kernel_segment *last = &next->segments[next->segment_count - 1];
    if (!next->xen.found) {
        return fail(log, ERR_UNSUPPORTED,
                    "%s: a kernel that does not know Xen: there are no Xen notes in it",
                    next->name);
    }
    if (!next->pvh.has_entry) {
        return fail(log, ERR_UNSUPPORTED,
                    "%s: a kernel for PV only: it needs a domain with pvshim=1, or of type=\"pv\"",
                    next->name);
    }
    if (last->paddr + last->memory_size > ADDRESS_LIMIT) {
        return fail(log, ERR_CORRUPT, "%s: a segment's addresses or sizes cannot be right",
                    next->name);
    }
    if (!is_inside(next, next->pvh.entry)) {
        return fail(log, ERR_CORRUPT, "%s: its entry point is outside of it", next->name);
    }
    return 0;
}
