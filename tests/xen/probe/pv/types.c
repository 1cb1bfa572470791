/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Can every frame become anything? A page that the probe does not use itself is taken away, cleared, pinned as a page table
 * and let go: a frame that somebody still has mapped, granted or pinned refuses one of these.
 */
#include <string.h>

#include "tests/xen/probe/pv/probe_pv.h"

static uint64_t refused;

static void refuse(pfn_t pfn, const char *what)
{
    if (refused++ < 8) {
        say("types: page %lx cannot be %s", pfn, what);
    }
}

static bool pin_and_unpin(mfn_t mfn)
{
    mmuext_op_t operations[2] = {{.cmd = MMUEXT_PIN_L1_TABLE, .arg1.mfn = mfn},
                                 {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = mfn}};
    return hypercall_mmuext_op(operations, 2) == 0;
}

static void check_free_page(pfn_t pfn, mfn_t mfn)
{
    uint64_t *page = window_open(mfn);
    if (page == NULL) {
        refuse(pfn, "written to");
        return;
    }
    memset(page, 0, PAGE_SIZE);
    window_close();
    if (!pin_and_unpin(mfn)) {
        refuse(pfn, "a page table");
    }
}

/* One that is mapped from VIRT_BASE on. */
static void check_mapped_page(pfn_t pfn, mfn_t mfn)
{
    memset(page_at(pfn), 0, PAGE_SIZE);
    (void)hypercall_update_va_mapping(page_at(pfn), 0);
    if (!pin_and_unpin(mfn)) {
        refuse(pfn, "a page table");
    }
    if (hypercall_update_va_mapping(page_at(pfn), mfn << PAGE_SHIFT | PTE_PAGE) != 0) {
        refuse(pfn, "mapped again");
    }
}

static bool is_p2m(pfn_t pfn)
{
    return pfn - start_info->first_p2m_pfn < start_info->nr_p2m_frames;
}

void report_types(void)
{
    const mfn_t *p2m = (const mfn_t *)start_info->mfn_list;
    pfn_t first = (start_info->pt_base - PROBE_BASE) / PAGE_SIZE +
                  start_info->nr_pt_frames; /* the boot stack */
    uint64_t checked = 0;
    for (pfn_t pfn = first; pfn < start_info->nr_pages; pfn = next_sample(pfn)) {
        if (is_p2m(pfn) || p2m[pfn] == INVALID_MFN) {
            continue;
        }
        checked++;
        if (pfn < mapped_pages()) {
            check_mapped_page(pfn, p2m[pfn]);
        } else {
            check_free_page(pfn, p2m[pfn]);
        }
    }
    say("types: %lu pages can be anything, %lu cannot", checked - refused, refused);
}
