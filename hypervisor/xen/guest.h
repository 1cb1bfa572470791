/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kind of Xen guest (PV, PVH) is to the program above: what the domain was started with, and how it
 * becomes the next guest. Each kind has one, and calls the program with it.
 *
 *      build()     the next guest beside us; can fail; discard() undoes it
 *      (the caller closes its devices)
 *      enter()     puts back what Xen gave us, and jumps; cannot fail
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/memory.h"

struct arena;
struct log;
struct next_kernel;

/* What build() has done, in bytes. */
struct guest_costs {
    uint64_t loaded; /* of the arena, before it began */
    uint64_t copied; /* of files that did not lie in a page of their own */
};

struct guest {
    const char *command_line; /* "" when there is none */
    struct memory memory;
    uint64_t start_time; /* nanoseconds of Xen's time: when our first instructions ran */

    /* Opens the arena over all free memory, empty. */
    void (*open_arena)(struct arena *);

    /*
     * What ramdisk= of the domain's configuration names, read-only. Returns its first byte and its size in bytes,
     * or NULL: there is none, or (logged) it is too large for a config, or there is no memory to map it.
     */
    const void *(*ramdisk)(size_t *size, struct log *);

    bool enters_pv;   /* a Xen PV kernel can be entered */
    bool enters_flat; /* so can code that starts without paging */

    /* Can this kernel be started here? Returns 0 or an error, which it has logged. */
    int (*check)(const struct next_kernel *, struct log *);

    /* One that check() has passed, all from the arena. Returns 0 or an error, which it has logged. */
    int (*build)(const struct next_kernel *, struct arena *, struct log *, struct guest_costs *);
    void (*discard)(void);
    void (*enter)(void); /* does not return */
};

/* The program: what is called once all is set up. It does not return. */
typedef void guest_main(const struct guest *);
