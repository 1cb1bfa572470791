/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nettle, as far as it is wanted: PBKDF2 and SHA-256 each call one function that nettle has several
 * of; the choice between them asks the processor and the environment, and would bring the ciphers too.
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

void _nettle_sha256_compress_x86_64(uint32_t *state, const uint8_t *input, const uint32_t *k);
void _nettle_sha256_compress(uint32_t *state, const uint8_t *input, const uint32_t *k);

void _nettle_sha256_compress(uint32_t *state, const uint8_t *input, const uint32_t *k)
{
    _nettle_sha256_compress_x86_64(state, input, k);
}
