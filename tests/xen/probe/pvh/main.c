/* SPDX-License-Identifier: BSD-2-Clause */
/* The main of a PVH probe: what its chapters need, then the chapters. */
#include "hypervisor/xen-pvh/cpu.h"
#include "tests/xen/probe/pvh/probe_pvh.h"

const struct hvm_start_info *start_info;

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
#ifdef PROBE_BY_INSTRUCTION
    hypercalls_by_instruction();
#else
    (void)hypercalls_start((uint64_t)hypercall_page);
#endif
    map_shared();
    look_first();
    say("probe: begin");
    for (size_t i = 0; i < sizeof chapters / sizeof chapters[0]; i++) {
        chapters[i]();
    }
    say("probe: end");
    end_domain();
}
