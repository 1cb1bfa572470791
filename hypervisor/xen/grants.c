/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen/grants.h"

#include <stddef.h>

#include "hypervisor/xen/platform.h"
#include "lib/arena.h"
#include "lib/error.h"

enum {
    TABLE_FRAMES = 4,
    FRAME_ENTRIES = PAGE_SIZE / sizeof(grant_entry_v1_t),
    ENTRY_COUNT = TABLE_FRAMES * FRAME_ENTRIES,
};

/* Xen's frames take the place of these pages. */
static grant_entry_v1_t table[ENTRY_COUNT] __attribute__((aligned(PAGE_SIZE)));

/*
 * What follows each reference in its list, 0 at the end. next[0] is the first free one. Xen's own
 * (console, store) are in no list.
 */
static uint16_t next[ENTRY_COUNT];

static unsigned entries; /* that Xen has given us */

static void put_before(grant_ref_t ref, grant_ref_t list)
{
    next[ref] = (uint16_t)list;
}

static void free_entry(grant_ref_t ref)
{
    put_before(ref, next[0]);
    put_before(0, ref);
}

int grants_start(void)
{
    unsigned frames = platform_map_grant_table(table, TABLE_FRAMES);
    if (frames == 0) {
        return ERR_NO_MEMORY;
    }
    put_before(0, 0);
    entries = frames * FRAME_ENTRIES;
    for (grant_ref_t ref = entries - 1; ref >= GNTTAB_NR_RESERVED_ENTRIES; ref--) {
        free_entry(ref);
    }
    return 0;
}

void grants_stop(void)
{
    platform_unmap_grant_table(table, TABLE_FRAMES);
}

grant_ref_t grants_give(domid_t remote, const void *page, bool read_only, grant_ref_t list)
{
    grant_ref_t ref = next[0];
    if (ref != 0) {
        put_before(0, next[ref]);
        put_before(ref, list);
        table[ref].domid = remote;
        table[ref].frame = platform_grant_frame(page);
        uint16_t flags = read_only ? GTF_permit_access | GTF_readonly : GTF_permit_access;
        __atomic_store_n(&table[ref].flags, flags,
                         __ATOMIC_SEQ_CST); /* last: it makes the entry valid */
    }
    return ref;
}

/* False where the other side has the frame mapped. */
static bool invalidate(grant_ref_t ref)
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
    return true;
}

grant_ref_t grants_end(grant_ref_t list)
{
    grant_ref_t lent = 0;
    while (list != 0) {
        grant_ref_t ref = list;
        list = next[ref];
        if (invalidate(ref)) {
            free_entry(ref);
        } else {
            put_before(ref, lent);
            lent = ref;
        }
    }
    return lent;
}

unsigned grants_count(grant_ref_t list)
{
    unsigned count = 0;
    for (; list != 0; list = next[list]) {
        count++;
    }
    return count;
}

unsigned grants_share(void)
{
    return entries * 3 / 4;
}
