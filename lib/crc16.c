/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/crc16.h"

/* What each half of a byte adds: four steps of the division at once. */
static const uint16_t rests[16] = {0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
                                   0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400};

uint16_t crc16(uint16_t sum, const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    for (; length > 0; byte++, length--) {
        sum ^= *byte;
        sum = (uint16_t)(sum >> 4 ^ rests[sum & 15]);
        sum = (uint16_t)(sum >> 4 ^ rests[sum & 15]);
    }
    return sum;
}
