/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/way.h"

#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/writer.h"
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

uint64_t way_size(const struct way *way, const struct told *told)
{
    struct writer writer = {0};
    way->write(&writer, told);
    return writer.used;
}

void way_fill(const struct way *way, uint8_t *bytes, const struct told *told)
{
    struct writer writer = {.bytes = bytes};
    way->write(&writer, told);
}

struct layout_module told_module(const struct told *told, size_t index)
{
    return told->modules != NULL ? told->modules[index] : (struct layout_module){0};
}
