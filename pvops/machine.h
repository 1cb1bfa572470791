/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that boot/ is given to work with, whichever hypervisor is underneath. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/memory.h"

struct arena;
struct clock;
struct console;
struct disk;
struct next_kernel;
struct log;
struct power;
struct progress;
struct store;
struct trace;
struct waiter;

struct machine {
    struct arena *arena;
    struct log *log; /* for people: ends on the console */
    struct console *console;
    struct clock *clock;
    struct power *power;
    struct waiter *waiter; /* the one place that sleeps */
    struct store *store;   /* NULL: there is none */
    struct trace *trace;   /* boot/trace.h: where the time goes */
    struct progress
        *loading; /* hears how much of a file is loaded, or unpacked; NULL: nobody does */

    struct disk **disks; /* in the order hd0, hd1, ... */
    size_t disk_count;

    const char *command_line; /* extra= of the domain's configuration; "" when there is none */
    const char *ramdisk;  /* ramdisk= of the domain's configuration: the text of a config; NULL when
                            there is none */
    size_t ramdisk_size;  /* bytes */
    struct memory memory; /* that the domain has */

    const uint8_t *build_id; /* bytes that only this build's file has in it; NULL: not known */
    size_t build_id_size;

    bool unattended;  /* nobody will ever type: no menu, one attempt */
    bool enters_pv;   /* a Xen PV kernel can be entered */
    bool enters_flat; /* so can code that starts without paging: there is physical memory for it */

    /*
     * Becomes the next guest (hypervisor/next_kernel.h). Returns only when that cannot be done, with
     * an error that it has logged, and with nothing torn down.
     */
    int (*enter)(struct machine *, const struct next_kernel *);
};
