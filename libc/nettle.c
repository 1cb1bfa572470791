/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nettle, as far as it is wanted: PBKDF2 calls one function, memxor, that nettle has several of; the
 * choice between them asks the processor and the environment, and would bring the ciphers too.
 */
#include <stddef.h>
#include <stdint.h>

void *nettle_memxor(void *target, const void *source, size_t size);

void *nettle_memxor(void *target, const void *source, size_t size)
{
    uint8_t *to = target;
    const uint8_t *from = source;
    for (size_t i = 0; i < size; i++) {
        to[i] ^= from[i];
    }
    return target;
}
