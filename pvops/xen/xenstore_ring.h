/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two rings of bytes between us and xenstore (xen/io/xs_wire.h). The store is woken when it has
 * something to do: once all of a message, or of several, is there, or when it can go on with a long
 * answer.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Puts bytes into its ring; while there is no room it is woken and waited for. Returns 0, or
 * ERR_TIMEOUT at `deadline` (time_now()).
 */
int xenstore_ring_send(const void *bytes, size_t length, uint64_t deadline);

/* Wakes the store, if anything was sent since it was last woken. */
void xenstore_ring_wake(void);

/* Takes bytes from our ring. Wakes the store first, if need be. Returns 0 or ERR_TIMEOUT. */
int xenstore_ring_receive(void *bytes, size_t length, uint64_t deadline);
