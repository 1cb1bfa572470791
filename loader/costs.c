/* SPDX-License-Identifier: BSD-2-Clause */
#include "loader/costs.h"

#include <stddef.h>

#include "boot/trace.h"
#include "hypervisor/xen/guest.h"
#include "hypervisor/xen/hypercall.h"
#include "lib/arena.h"
#include "lib/log.h"
#include "pvops/machine.h"

static void print_hypercalls(struct log *log)
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

void costs_print(struct machine *machine, const struct guest_costs *costs)
{
    trace_print(machine);
    if (machine->trace->wanted) {
        log_line(machine->log,
                 "trace: %lu KiB of memory taken, %lu KiB before layout, %lu bytes of files copied",
                 machine->arena->ready >> 10, costs->loaded >> 10, costs->copied);
        print_hypercalls(machine->log);
    }
}
