/* SPDX-License-Identifier: BSD-2-Clause */
/* The probe's main: what every chapter needs, then the chapters. */
#include <stdint.h>
#include <string.h>
#include <xen/io/xs_wire.h>

#include "tests/xen/probe/probe.h"

const start_info_t *start_info;
struct found found;
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

uint64_t digest(const void *bytes, size_t length)
{
    uint64_t value = 0xcbf29ce484222325;
    for (const uint8_t *at = bytes; length > 0; length--) {
        value = (value ^ *at++) * 0x100000001b3;
    }
    return value;
}

/* musl's snprintf was built with the stack protector, which reads a word at %fs:0x28. */
static void lend_fs_base(void)
{
    static const uint64_t protector[6];
    fs_base_at_entry = read_msr(MSR_FS_BASE);
    (void)hypercall_set_segment_base(SEGBASE_FS, protector);
}

/* What printing changes. */
static void look_first(void)
{
    const struct xenstore_domain_interface *store = page_at(page_of(start_info->store_mfn));
    (void)hypercall_update_va_mapping(shared_info_page, start_info->shared_info | PTE_PAGE);
    memcpy(&found.shared_info, shared_info_page, sizeof found.shared_info);
    found.asked = store->req_prod - store->req_cons;
    found.answered = store->rsp_prod - store->rsp_cons;
}

void event_wait(evtchn_port_t port)
{
    shared_info_t *info = (shared_info_t *)shared_info_page;
    struct sched_poll poll = {.nr_ports = 1};
    set_xen_guest_handle(poll.ports, &port);
    (void)hypercall_sched_op(SCHEDOP_poll, &poll);
    __atomic_and_fetch(&info->evtchn_pending[0], ~(1UL << port),
                       __ATOMIC_SEQ_CST); /* a small port */
}

_Noreturn static void end(void)
{
    struct sched_shutdown shutdown = {.reason = SHUTDOWN_poweroff};
    (void)hypercall_set_segment_base(SEGBASE_FS, (const void *)fs_base_at_entry);
    for (;;) {
        (void)hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
    }
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
    look_first();
    say("probe: begin");
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        chapters[i]();
    }
    say("probe: end");
    end();
}
