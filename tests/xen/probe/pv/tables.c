/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page tables, walked from pt_base: every table with its page and the flags that lead to it, every run of mappings
 * with consecutive pages and the same flags. Xen's own slots are left out.
 */
#include "tests/xen/probe/pv/probe_pv.h"

#define FRAME_OF(entry) (((entry)&PTE_FRAME) >> PAGE_SHIFT)
#define FLAGS_OF(entry) ((entry) & ~PTE_FRAME)
#define UNUSED(entry)   ((entry) & ~(PTE_ACCESSED | PTE_DIRTY))

enum { XEN_FIRST_SLOT = 256, XEN_LAST_SLOT = 271, TOP_LEVEL = 4 };

static pfn_t mapped;

/* Mappings of the same flags whose pages follow each other. */
static struct {
    uint64_t address, pages, flags;
    pfn_t first;
} run;

static void end_run(void)
{
    if (run.pages != 0) {
        say("tables: %016lx pages %lx to %lx flags %lx", run.address, run.first,
            run.first + run.pages - 1, run.flags);
    }
    run.pages = 0;
}

static void add_page(uint64_t address, uint64_t entry)
{
    pfn_t page = page_of(FRAME_OF(entry));
    entry = UNUSED(entry); /* the processor sets these whenever somebody looks */
    bool follows = run.pages != 0 && address == run.address + run.pages * PAGE_SIZE &&
                   page == run.first + run.pages && FLAGS_OF(entry) == run.flags;
    if (!follows) {
        end_run();
        run.address = address;
        run.first = page;
        run.flags = FLAGS_OF(entry);
    }
    run.pages++;
    if ((address - PROBE_BASE) / PAGE_SIZE == mapped) {
        mapped++;
    }
}

/* Sign-extends bit 47, as the processor does. */
static uint64_t canonical(uint64_t address)
{
    return (uint64_t)((int64_t)(address << 16) >> 16);
}

static void walk(mfn_t mfn, unsigned level, uint64_t address);

static void walk_entry(uint64_t entry, unsigned level, uint64_t address)
{
    if (level == 1) {
        add_page(canonical(address), entry);
    } else {
        end_run();
        say("tables: %016lx L%u is page %lx flags %lx", canonical(address), level - 1,
            page_of(FRAME_OF(entry)), FLAGS_OF(entry));
        walk(FRAME_OF(entry), level - 1, address);
    }
}

static void walk(mfn_t mfn, unsigned level, uint64_t address)
{
    static uint64_t copies[TOP_LEVEL + 1][TABLE_ENTRIES];
    uint64_t *table = copies[level];
    frame_read(mfn, table);
    for (unsigned i = 0; i < TABLE_ENTRIES; i++) {
        bool xens = level == TOP_LEVEL && i >= XEN_FIRST_SLOT && i <= XEN_LAST_SLOT;
        uint64_t size = UINT64_C(1) << (PAGE_SHIFT + 9 * (level - 1));
        if (table[i] != 0 && !xens) {
            walk_entry(table[i], level, address + i * size);
        }
    }
    end_run();
}

void report_tables(void)
{
    const uint64_t *l4 = (const uint64_t *)start_info->pt_base;
    mfn_t mfn =
        ((const mfn_t *)start_info->mfn_list)[(start_info->pt_base - PROBE_BASE) / PAGE_SIZE];
    uint64_t xens = 0;
    for (unsigned i = XEN_FIRST_SLOT; i <= XEN_LAST_SLOT; i++) {
        xens |= (uint64_t)(l4[i] != 0) << (i - XEN_FIRST_SLOT);
    }
    say("tables: Xen's slots from %u on: %lx", XEN_FIRST_SLOT, xens);
    walk(mfn, TOP_LEVEL, 0);
    say("tables: %lx pages are mapped from VIRT_BASE on", mapped);
}

pfn_t mapped_pages(void)
{
    return mapped;
}
