/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What differs between the kinds of Xen guests (PV, PVH), and what the code that all of them share
 * needs to know. The folder of each kind implements it; nothing else of it is called from below.
 *
 * Beside these functions each kind has `hypercall_page`, which Xen fills (hypercall.h).
 */
#pragma once

#include "hypervisor/xen/xen.h"

/* The page on which Xen writes time and events. */
shared_info_t *platform_shared_info(void);

/* A page that Xen's builder shares with dom0, and the event port that belongs to it. */
struct platform_ring {
    void *page;
    evtchn_port_t port;
};

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
