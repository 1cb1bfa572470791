/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/platform.h"

static const struct platform *platform;

void platform_choose(const struct platform *chosen)
{
    platform = chosen;
}

shared_info_t *platform_shared_info(void)
{
    return platform->shared_info();
}

struct platform_ring platform_store(void)
{
    return platform->store();
}

struct platform_ring platform_console(void)
{
    return platform->console();
}

uint32_t platform_grant_frame(const void *address)
{
    return platform->grant_frame(address);
}

unsigned platform_map_grant_table(void *pages, unsigned count)
{
    return platform->map_grant_table(pages, count);
}

void platform_unmap_grant_table(void *pages, unsigned count)
{
    platform->unmap_grant_table(pages, count);
}

void platform_suspend(void)
{
    platform->suspend();
}
