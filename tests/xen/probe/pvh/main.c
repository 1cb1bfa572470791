/* SPDX-License-Identifier: BSD-2-Clause */
/* The main of a PVH probe: what its chapters need, then the chapters. */
#include "hypervisor/xen-pvh/cpu.h"
#include "tests/xen/probe/pvh/probe_pvh.h"

const struct hvm_start_info *start_info;
const uint8_t fresh_upcall_mask = 0;

/* Xen's pages: in a hole that all of its builder's memory maps have. */
enum { HOLE_PFN = 0xfb000 };

static uint64_t parameter(uint32_t number)
{
    struct xen_hvm_param parameter = {.domid = DOMID_SELF, .index = number};
    return hypercall_hvm_op(HVMOP_get_param, &parameter) == 0 ? parameter.value : UINT64_MAX;
}

static void *map_page(unsigned space, unsigned index, xen_pfn_t pfn)
{
    struct xen_add_to_physmap add = {
        .domid = DOMID_SELF, .space = space, .idx = index, .gpfn = pfn};
    (void)hypercall_memory_op(XENMEM_add_to_physmap, &add);
    return (void *)(pfn * PAGE_SIZE);
}

static void map_shared(void)
{
    shared = (struct shared){
        .info = map_page(XENMAPSPACE_shared_info, 0, HOLE_PFN),
        .console = (void *)(parameter(HVM_PARAM_CONSOLE_PFN) * PAGE_SIZE),
        .store = (void *)(parameter(HVM_PARAM_STORE_PFN) * PAGE_SIZE),
        .console_port = (evtchn_port_t)parameter(HVM_PARAM_CONSOLE_EVTCHN),
        .store_port = (evtchn_port_t)parameter(HVM_PARAM_STORE_EVTCHN),
    };
}

/* Its contents; the frame itself is mapped in the hole. */
void map_grant_frame(void *page)
{
    const uint8_t *frame = map_page(XENMAPSPACE_grant_table, 0, HOLE_PFN + 1);
    for (size_t i = 0; i < PAGE_SIZE; i++) {
        ((uint8_t *)page)[i] = frame[i];
    }
}

uint64_t page_of_grant(uint64_t frame)
{
    return frame;
}

void report_parameters(void)
{
    enum { PARAMETERS = 40 };
    for (uint32_t number = 0; number < PARAMETERS; number++) {
        uint64_t value = parameter(number);
        if (value != 0 && value != UINT64_MAX) {
            say("parameters: %u is %lx", number, value);
        }
    }
}

_Noreturn void probe_main(void);
void probe_main(void)
{
    static const uint64_t protector[6]; /* what musl's snprintf reads at %fs:0x28 */
    static void (*const chapters[])(void) = {
        report_registers, report_start_info,  report_contents, report_hypervisor, report_parameters,
        report_events,    report_shared_info, report_grants,   report_store,      report_console,
    };
    start_info = (const struct hvm_start_info *)(uintptr_t)registers_at_entry[EBX];
    write_msr(MSR_FS_BASE, (uint64_t)protector);
    (void)hypercalls_start((uint64_t)hypercall_page);
    map_shared();
    look_first();
    say("probe: begin");
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        chapters[i]();
    }
    say("probe: end");
    end_domain();
}
