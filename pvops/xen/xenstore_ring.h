/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two rings of bytes between us and xenstore (xen/io/xs_wire.h). The store is woken when it has
 * something to do: once all of a message, or of several, is there, or when it can go on with a long
 * answer. Whoever waits wakes it first.
 */
#pragma once

#include "pvops/xen/xenstore_wire.h"

extern struct xenstore_stream xenstore_ring;

/* Wakes the store, if anything was sent since it was last woken. */
void xenstore_ring_wake(void);
