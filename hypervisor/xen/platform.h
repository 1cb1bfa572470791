/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What differs between the kinds of Xen guests (PV, PVH), and what the code that all of them share
 * needs to know. One file holds all kinds; the one that Xen has entered chooses its own functions at its start.
 *
 * Beside these functions there is `hypercall_page` (image.h), which Xen fills.
 */
#pragma once

#include "hypervisor/xen/xen.h"

/* A page that Xen's builder shares with dom0, and the event port that belongs to it. */
struct platform_ring {
    void *page;
    evtchn_port_t port;
};

/* A kind's functions; what each does is said below. */
struct platform {
    shared_info_t *(*shared_info)(void);
    struct platform_ring (*store)(void);
    struct platform_ring (*console)(void);
    uint32_t (*grant_frame)(const void *address);
    unsigned (*map_grant_table)(void *pages, unsigned count);
    void (*unmap_grant_table)(void *pages, unsigned count);
    void (*suspend)(void);
};

/* Before any of the others. */
void platform_choose(const struct platform *);

/* The page on which Xen writes time and events. */
shared_info_t *platform_shared_info(void);

struct platform_ring platform_store(void);
struct platform_ring platform_console(void);

/* The number by which a grant names the page at `address`, which is in the image or the arena. */
uint32_t platform_grant_frame(const void *address);

/*
 * Puts the first frames of the grant table in the place of `count` pages. Returns how many: fewer
 * where Xen gives the domain no more, 0 when it gives none.
 */
unsigned platform_map_grant_table(void *pages, unsigned count);

/* Puts pages of ours back where platform_map_grant_table() has put Xen's. */
void platform_unmap_grant_table(void *pages, unsigned count);

/*
 * Ends the domain's run so that it can be saved, and returns when it is restored, or goes on where it
 * was. Afterwards the shared page, the store and the console are others. No grant table is mapped.
 */
void platform_suspend(void);
