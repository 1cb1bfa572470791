/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Byte rings shared with dom0 (console, xenstore): indices that only grow, taken modulo the size.
 * The other side's index is read once and checked, for it can be anything.
 */
#pragma once

#include <stdint.h>

/* The index is an int in one interface and unsigned in the other: hence void. */
static inline uint32_t ring_load(const volatile void *index)
{
    return __atomic_load_n((const volatile uint32_t *)index, __ATOMIC_ACQUIRE);
}

static inline void ring_store(volatile void *index, uint32_t value)
{
    __atomic_store_n((volatile uint32_t *)index, value, __ATOMIC_RELEASE);
}

/* Bytes between consumer and producer; more than the ring holds is nonsense, and counts as none. */
static inline uint32_t ring_used(uint32_t producer, uint32_t consumer, uint32_t size)
{
    uint32_t used = producer - consumer;
    return used <= size ? used : 0;
}
