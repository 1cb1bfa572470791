/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libb2, as far as it is wanted: BLAKE2b in one call. Its own would bring all that it has for several
 * processors, some with registers that a guest's kernel has to enable first. SSE2 is always there.
 */
#include <stddef.h>
#include <stdint.h>

int blake2b_sse2(uint8_t *sum, const void *bytes, const void *key, size_t sum_size, size_t length,
                 size_t key_size);
int blake2b(uint8_t *sum, const void *bytes, const void *key, size_t sum_size, size_t length,
            size_t key_size);

int blake2b(uint8_t *sum, const void *bytes, const void *key, size_t sum_size, size_t length,
            size_t key_size)
{
    return blake2b_sse2(sum, bytes, key, sum_size, length, key_size);
}
