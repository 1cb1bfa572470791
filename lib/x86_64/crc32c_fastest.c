/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32C by SSE4.2's instruction, which wants no vector registers. */
#include <cpuid.h>
#include <stdbool.h>
#include <x86intrin.h>

#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/crc32c.h"

enum { SAMPLE = 256 /* bytes */, RUNS = 3 };

static uint32_t sum_by_processor(uint32_t sum, const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    uint64_t wide = sum;
    for (; length >= sizeof(uint64_t); byte += sizeof(uint64_t), length -= sizeof(uint64_t)) {
        __asm__("crc32q %1, %0" : "+r"(wide) : "r"(le64(byte)));
    }
    sum = (uint32_t)wide;
    for (; length > 0; byte++, length--) {
        __asm__("crc32b %1, %0" : "+r"(sum) : "r"(*byte));
    }
    return sum;
}

static bool has_instruction(void)
{
    unsigned eax, ebx, ecx = 0, edx;
    return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_SSE4_2) != 0;
}

/* Of the processor's clock, at least: something else can run in between. */
static uint64_t measure(crc32c_function *function)
{
    static const uint8_t sample[SAMPLE];
    uint64_t least = UINT64_MAX;
    for (unsigned run = 0; run < RUNS; run++) {
        uint64_t start = __rdtsc();
        volatile uint32_t sum = function(0, sample, sizeof sample);
        (void)sum;
        least = min_u64(least, __rdtsc() - start);
    }
    return least;
}

crc32c_function *crc32c_fastest(void)
{
    bool is_faster = has_instruction() && measure(sum_by_processor) < measure(crc32c);
    return is_faster ? sum_by_processor : crc32c;
}
