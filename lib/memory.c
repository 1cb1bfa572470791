/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/memory.h"

uint64_t memory_ram(const struct memory *memory)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < memory->count; i++) {
        sum += memory->ranges[i].kind == MEMORY_RAM ? memory->ranges[i].length : 0;
    }
    return sum;
}
