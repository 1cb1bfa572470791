/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/way.h"

#include "lib/error.h"

static const struct way *const ways[] = {&way_pvh, &way_linux, &way_multiboot, &way_multiboot2};

const struct way *way_find(const struct next_kernel *next, struct flat_kernel *kernel,
                           struct log *log, int *error)
{
    *error = ERR_NOT_FOUND;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0] && *error == ERR_NOT_FOUND; i++) {
        *error = ways[i]->take(next, kernel, log);
        if (*error == 0) {
            return ways[i];
        }
    }
    return NULL;
}
