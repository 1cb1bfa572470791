/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/trace.h"

#include <stddef.h>

#include "lib/checked.h"
#include "lib/log.h"
#include "pvops/clock.h"
#include "pvops/machine.h"

static struct disk_counters count_disks(const struct machine *machine)
{
    struct disk_counters sum = {0};
    for (size_t i = 0; i < machine->disk_count; i++) {
        const struct disk_counters *counters = &machine->disks[i]->counters;
        sum.requests += counters->requests;
        sum.bytes += counters->bytes;
        sum.bounced += counters->bounced;
        sum.waited += counters->waited;
        sum.deepest = (unsigned)max_u64(sum.deepest, counters->deepest);
    }
    return sum;
}

static void add_since(struct disk_counters *sum, const struct disk_counters *now,
                      const struct disk_counters *before)
{
    sum->requests += now->requests - before->requests;
    sum->bytes += now->bytes - before->bytes;
    sum->bounced += now->bounced - before->bounced;
    sum->waited += now->waited - before->waited;
}

void trace_enter(const struct machine *machine, enum trace_phase phase)
{
    struct trace *trace = machine->trace;
    struct trace_row *row = &trace->rows[trace->phase];
    uint64_t moment = machine->clock->microseconds(machine->clock);
    struct disk_counters disks = count_disks(machine);
    row->microseconds += moment - trace->since;
    add_since(&row->disks, &disks, &trace->before);
    trace->phase = phase;
    trace->since = moment;
    trace->before = disks;
}

static void print_row(const struct machine *machine, const char *name, const struct trace_row *row)
{
    log_line(machine->log, "trace: %-9s %7lu.%lu %6lu.%lu %9lu %8lu", name,
             row->microseconds / 1000, row->microseconds / 100 % 10, row->disks.waited / 1000,
             row->disks.waited / 100 % 10, row->disks.requests, row->disks.bytes >> 10);
}

void trace_print(const struct machine *machine)
{
    static const char *const names[TRACE_PHASES] = {"start",  "devices", "scan",   "menu",
                                                    "kernel", "initrd",  "layout", "hand-over"};
    struct trace *trace = machine->trace;
    trace_enter(machine, trace->phase);
    if (!trace->wanted) {
        return;
    }
    struct trace_row sum = {0};
    const struct disk_counters nothing = {0};
    log_line(machine->log, "trace: phase            ms  waiting  requests      KiB");
    for (size_t i = 0; i < TRACE_PHASES; i++) {
        print_row(machine, names[i], &trace->rows[i]);
        sum.microseconds += trace->rows[i].microseconds;
        add_since(&sum.disks, &trace->rows[i].disks, &nothing);
    }
    print_row(machine, "all", &sum);
    log_line(machine->log, "trace: %lu requests at most in flight, %lu bytes bounced",
             (unsigned long)count_disks(machine).deepest, sum.disks.bounced);
}
