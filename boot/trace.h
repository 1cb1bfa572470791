/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the time goes, for pvboot.trace=1: a boot is a row of phases, each with what it took, how
 * much of that was waiting for disks, and what it asked of them.
 *
 *      trace: phase           ms  waiting  requests      KiB
 *      trace: devices       31.4      0.0         0        0
 *      trace: scan           6.0      4.9        14      128
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "pvops/disk.h"

struct machine;

enum trace_phase {
    TRACE_START,
    TRACE_DEVICES,
    TRACE_SCAN,
    TRACE_MENU,
    TRACE_KERNEL, /* reading and unpacking it, which overlap */
    TRACE_INITRD,
    TRACE_LAYOUT,
    TRACE_HAND_OVER,
    TRACE_PHASES,
};

struct trace_row {
    uint64_t microseconds;
    struct disk_counters disks; /* of all disks together */
};

struct trace {
    bool wanted;                 /* by pvboot.trace=1; counting costs nothing and goes on without */
    enum trace_phase phase;      /* under way */
    uint64_t since;              /* microseconds of the machine's clock, when it began */
    struct disk_counters before; /* what the disks had done when it began */
    struct trace_row rows[TRACE_PHASES];
};

/* Ends the phase that is under way and begins `phase`; a phase that comes again adds up. */
void trace_enter(const struct machine *, enum trace_phase phase);

/* Ends the phase that is under way, and prints the table to the machine's log, if it is wanted. */
void trace_print(const struct machine *);
