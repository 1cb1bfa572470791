/* SPDX-License-Identifier: BSD-2-Clause */
#include "hypervisor/xen-pv/hypercall.h"

#include <stddef.h>

#include "lib/log.h"

uint32_t hypercall_counts[HYPERCALL_KINDS];

void hypercalls_print(struct log *log)
{
    static const struct {
        unsigned number;
        const char *name;
    } kinds[] = {
        {__HYPERVISOR_mmu_update, "mmu_update"},
        {__HYPERVISOR_mmuext_op, "mmuext_op"},
        {__HYPERVISOR_update_va_mapping, "update_va_mapping"},
        {__HYPERVISOR_sched_op, "sched_op"},
        {__HYPERVISOR_event_channel_op, "event_channel_op"},
        {__HYPERVISOR_grant_table_op, "grant_table_op"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        log_line(log, "trace: hypercall %-17s %6u", kinds[i].name,
                 hypercall_counts[kinds[i].number]);
    }
}
