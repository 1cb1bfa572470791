/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The handshake of a split device's two halves through the `state` key that each has in xenstore
 * (xen/io/xenbus.h):
 *
 *      frontend  Initialising --> Initialised --> Connected --> Closing --> Closed --> Initialising
 *      backend   InitWait     --> Connected   ---------------> Closing --> Closed --> InitWait
 */
#pragma once

#include <stdint.h>
#include <xen/io/xenbus.h>

#include "pvops/xen/xenstore.h"

/*
 * The state at `directory`/state, XenbusStateUnknown when there is none, or an error of the store.
 */
int xenbus_state(const char *directory);

int xenbus_set_state(const char *directory, enum xenbus_state);

/* Sets it without waiting for the store's answer: for a state that nobody waits for. */
void xenbus_send_state(const char *directory, enum xenbus_state);

struct wait;

/*
 * Waits until the state at `directory` is one of `wanted` (a bit for each state, XENBUS_BIT).
 * Returns the state, an error of the store, or why the wait ends (wait_more). Looks again and again,
 * for a watch would outlive us.
 */
#define XENBUS_BIT(state) (1U << (state))
int xenbus_wait(const char *directory, unsigned wanted, struct wait *);

/*
 * The same, and what keys beside the state say once it is wanted (`count` below XENSTORE_BATCH):
 * they are asked for with it, for dom0 takes its time.
 */
int xenbus_wait_for(const char *directory, unsigned wanted, struct wait *, struct xenstore_value *,
                    size_t count);

/* "InitWait" and the like. */
const char *xenbus_state_name(int state);
