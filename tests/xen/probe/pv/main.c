/* SPDX-License-Identifier: BSD-2-Clause */
/* The main of a PV probe: what its chapters need, then the chapters. */
#include "tests/xen/probe/pv/probe_pv.h"

const start_info_t *start_info;
const uint8_t fresh_upcall_mask = 1;
uint64_t fs_base_at_entry;

/* Xen's shared page takes the place of this one. */
static uint8_t shared_info_page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

void *page_at(pfn_t pfn)
{
    return (uint8_t *)(PROBE_BASE + pfn * PAGE_SIZE);
}

pfn_t page_of(mfn_t mfn)
{
    pfn_t pfn = pfn_of_mfn(mfn);
    const mfn_t *p2m = (const mfn_t *)start_info->mfn_list;
    return pfn < start_info->nr_pages && p2m[pfn] == mfn ? pfn : UINT32_MAX;
}

/* musl's snprintf was built with the stack protector, which reads a word at %fs:0x28. */
static void lend_fs_base(void)
{
    static const uint64_t protector[6];
    fs_base_at_entry = read_msr(MSR_FS_BASE);
    (void)hypercall_set_segment_base(SEGBASE_FS, protector);
}

static void map_shared(void)
{
    (void)hypercall_update_va_mapping(shared_info_page, start_info->shared_info | PTE_PAGE);
    shared = (struct shared){
        .info = (shared_info_t *)shared_info_page,
        .console = page_at(page_of(start_info->console.domU.mfn)),
        .store = page_at(page_of(start_info->store_mfn)),
        .console_port = start_info->console.domU.evtchn,
        .store_port = start_info->store_evtchn,
    };
}

void map_grant_frame(void *page)
{
    xen_pfn_t frame;
    struct gnttab_setup_table setup = {.dom = DOMID_SELF, .nr_frames = 1};
    set_xen_guest_handle(setup.frame_list, &frame);
    (void)hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1);
    (void)hypercall_update_va_mapping(page, frame << PAGE_SHIFT | PTE_PAGE);
}

uint64_t page_of_grant(uint64_t frame)
{
    return page_of(frame);
}

_Noreturn void probe_main(void);
void probe_main(void)
{
    static void (*const chapters[])(void) = {
        report_registers, report_start_info, report_tables, report_p2m,
        report_contents,  report_hypervisor, report_events, report_shared_info,
        report_grants,    report_store,      report_types,  report_console,
    };
    start_info = (const start_info_t *)registers_at_entry[REGISTER_RSI];
    lend_fs_base();
    map_shared();
    look_first();
    say("probe: begin");
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        chapters[i]();
    }
    say("probe: end");
    (void)hypercall_set_segment_base(SEGBASE_FS, (const void *)fs_base_at_entry);
    end_domain();
}
