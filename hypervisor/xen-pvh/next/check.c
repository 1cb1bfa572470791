/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/check.h"

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

int pvh_check(const struct next_kernel *next, struct log *log)
{
    struct flat_kernel kernel;
    int error = 0;
    (void)way_find(next, &kernel, log, &error);
    return error == ERR_NOT_FOUND ? refuse_kind(next, log) : error;
}
