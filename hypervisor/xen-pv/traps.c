/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/traps.h"

#include <stddef.h>

#include "hypervisor/xen-pv/pv_hypercall.h"
#include "hypervisor/xen-pv/shared_info.h"
#include "hypervisor/xen/exceptions.h"

enum { STUB_SIZE = 16 };

extern const char trap_stubs[]; /* one of STUB_SIZE bytes for each vector */

/* Called by trap_entry.S. */
_Noreturn void trap_report(const struct exception_frame *frame);
void trap_report(const struct exception_frame *frame)
{
    exceptions_report(frame, shared_info()->vcpu_info[0].arch.cr2);
}

void traps_start(void)
{
    static trap_info_t table[EXCEPTION_VECTORS + 1];
    for (uint8_t vector = 0; vector < EXCEPTION_VECTORS; vector++) {
        uint64_t stub = (uint64_t)trap_stubs + (uint64_t)vector * STUB_SIZE;
        table[vector] = (trap_info_t){.vector = vector, .cs = FLAT_KERNEL_CS, .address = stub};
    }
    (void)hypercall_set_trap_table(table); /* without it a fault still ends the domain, silently */
}

void traps_stop(void)
{
    (void)hypercall_set_trap_table(NULL); /* clearing cannot fail */
}
