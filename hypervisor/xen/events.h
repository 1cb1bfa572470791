/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels, polled: no upcall is ever taken, so none has to be taken back before the
 * hand-over. (Xen's 2-level event channels, xen/event_channel.h.)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hypervisor/xen/xen.h"

enum { EVENTS_LIMIT = 128 }; /* ports that Xen polls at a time: no more are open */

/*
 * A new port that domain `remote` may bind to. Returns the port, or 0 when Xen has none, or
 * EVENTS_LIMIT are open.
 */
evtchn_port_t events_allocate(domid_t remote);

void events_close(evtchn_port_t);

/* Tells the other side. */
void events_notify(evtchn_port_t);

/*
 * Blocks until any port (the console's and the store's too) has fired since the last events_sleep(),
 * or time_now() reaches `deadline`, and forgets which one it was. The one place where the domain
 * gives its processor away:
 *
 *      while (there is nothing on the ring) {
 *          events_sleep(deadline);      what comes after the look makes it return at once
 *      }
 */
void events_sleep(uint64_t deadline);

/* Before the hand-over: no event is pending, none is masked. */
void events_reset(void);

/* After events_reset(): the port has fired, for the next kernel to see. */
void events_leave(evtchn_port_t);
