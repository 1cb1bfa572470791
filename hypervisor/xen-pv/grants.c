/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/grants.h"

#include <stddef.h>

#include "hypervisor/xen-pv/hypercall.h"
#include "lib/arena.h"
#include "lib/error.h"

enum {
    TABLE_FRAMES = 4,
    ENTRY_COUNT = TABLE_FRAMES * PAGE_SIZE / sizeof(grant_entry_v1_t),
};

/* Xen's frames take the place of these pages. */
static grant_entry_v1_t table[ENTRY_COUNT] __attribute__((aligned(PAGE_SIZE)));

/*
 * Free references, linked: next_free[0] is the first, 0 the end. Xen's own (console, store) are not
 * in it.
 */
static uint16_t next_free[ENTRY_COUNT];

static void link_free_entries(void)
{
    for (grant_ref_t ref = ENTRY_COUNT - 1; ref >= GNTTAB_NR_RESERVED_ENTRIES; ref--) {
        next_free[ref] = next_free[0];
        next_free[0] = (uint16_t)ref;
    }
}

int grants_start(void)
{
    xen_pfn_t frames[TABLE_FRAMES];
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = TABLE_FRAMES};
    set_xen_guest_handle(setup.frame_list, frames);
    if (hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1) != 0 ||
        setup.status != GNTST_okay) {
        return ERR_NO_MEMORY;
    }
    for (size_t i = 0; i < TABLE_FRAMES; i++) {
        const void *page = (const uint8_t *)table + i * PAGE_SIZE;
        if (hypercall_update_va_mapping(page, frames[i] << PAGE_SHIFT | PTE_PAGE) != 0) {
            return ERR_NO_MEMORY;
        }
    }
    link_free_entries();
    return 0;
}

grant_ref_t grants_give(domid_t remote, mfn_t mfn, bool read_only)
{
    grant_ref_t ref = next_free[0];
    if (ref != 0) {
        next_free[0] = next_free[ref];
        table[ref].domid = remote;
        table[ref].frame = (uint32_t)mfn;
        uint16_t flags = read_only ? GTF_permit_access | GTF_readonly : GTF_permit_access;
        __atomic_store_n(&table[ref].flags, flags,
                         __ATOMIC_SEQ_CST); /* last: it makes the entry valid */
    }
    return ref;
}

bool grants_end(grant_ref_t ref)
{
    uint16_t flags = __atomic_load_n(&table[ref].flags, __ATOMIC_SEQ_CST);
    do {
        if ((flags & (GTF_reading | GTF_writing)) != 0) {
            return false;
        }
    } while (!__atomic_compare_exchange_n(&table[ref].flags, &flags, 0, false, __ATOMIC_SEQ_CST,
                                          __ATOMIC_SEQ_CST));
    table[ref].domid = 0;
    table[ref].frame = 0;
    next_free[ref] = next_free[0];
    next_free[0] = (uint16_t)ref;
    return true;
}
