/* SPDX-License-Identifier: BSD-2-Clause */
/* A window: one page of the probe's own addresses, after which any frame can be put. */
#include <string.h>

#include "tests/xen/probe/pv/probe_pv.h"

static uint8_t window[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static bool show(mfn_t mfn, uint64_t flags)
{
    return hypercall_update_va_mapping(window, mfn << PAGE_SHIFT | flags) == 0;
}

void window_close(void)
{
    const mfn_t *p2m = (const mfn_t *)start_info->mfn_list;
    (void)show(p2m[((uint64_t)window - PROBE_BASE) / PAGE_SIZE], PTE_PAGE);
}

uint64_t *window_open(mfn_t mfn)
{
    return show(mfn, PTE_PAGE) ? (uint64_t *)window : NULL;
}

void frame_read(mfn_t mfn, void *page)
{
    if (show(mfn, PTE_PAGE & ~PTE_WRITE)) {
        memcpy(page, window, PAGE_SIZE);
    }
    window_close();
}
