/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Event channels, polled: no upcall is ever taken, so none has to be taken back before the
 * hand-over. (Xen's 2-level event channels, xen/event_channel.h.)
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "hypervisor/xen/xen.h"

/* A new port that domain `remote` may bind to. Returns the port, or 0 when Xen has none. */
evtchn_port_t events_allocate(domid_t remote);

void events_close(evtchn_port_t);

/* Tells the other side. */
void events_notify(evtchn_port_t);

/* Forgets that the port has fired: call it before looking at the ring, then wait. */
void events_clear(evtchn_port_t);

/*
 * Blocks until the port has fired since events_clear(), or time_now() reaches `deadline`. Returns
 * whether it fired.
 */
bool events_wait(evtchn_port_t, uint64_t deadline);

/* Before the hand-over: no event is pending, none is masked. */
void events_reset(void);

/* After events_reset(): the port has fired, for the next kernel to see. */
void events_leave(evtchn_port_t);
