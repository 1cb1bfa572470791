/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pvh/next/way.h"

#include "hypervisor/next_kernel.h"
#include "hypervisor/xen-pvh/next/layout.h"
#include "hypervisor/xen-pvh/next/writer.h"
#include "lib/error.h"
#include "lib/log.h"

static const struct way *const ways[] = {&way_pvh, &way_linux, &way_multiboot, &way_multiboot2};

static bool is_inside(const struct flat_kernel *kernel, uint64_t paddr)
{
    for (size_t i = 0; i < kernel->segment_count; i++) {
        if (paddr - kernel->segments[i].paddr < kernel->segments[i].memory_size) {
            return true;
        }
    }
    return false;
}

/* As way->take(), with a look at the addresses. */
static int take(const struct way *way, const struct next_kernel *next, struct flat_kernel *kernel,
                struct log *log)
{
    int error = way->take(next, kernel, log);
    if (error != 0) {
        return error;
    }
    const struct kernel_segment *last = &kernel->segments[kernel->segment_count - 1];
    if (last->paddr + last->memory_size > FLAT_LIMIT) {
        return fail(log, ERR_CORRUPT, "%s: a segment's addresses or sizes cannot be right",
                    next->name);
    }
    return is_inside(kernel, kernel->entry)
               ? 0
               : fail(log, ERR_CORRUPT, "%s: its entry point is outside of it", next->name);
}

static void say_nothing(struct log *log, const char *text)
{
    (void)log;
    (void)text;
}

const struct way *way_find(const struct next_kernel *next, struct flat_kernel *kernel,
                           struct log *log, int *error)
{
    struct log nobody = {.line = say_nothing};
    const struct way *failed = NULL;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        *error = take(ways[i], next, kernel, &nobody);
        if (*error == 0) {
            return ways[i];
        }
        failed = failed == NULL && *error != ERR_NOT_FOUND ? ways[i] : failed;
    }
    *error = failed != NULL ? take(failed, next, kernel, log) : ERR_NOT_FOUND;
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
