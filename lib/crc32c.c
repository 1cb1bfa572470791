/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/crc32c.h"

/* What each half of a byte adds: four steps of the division at once. */
static const uint32_t table[16] = {
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
};

uint32_t crc32c(uint32_t sum, const void *bytes, size_t length)
{
    const uint8_t *byte = bytes;
    for (; length > 0; byte++, length--) {
        sum ^= *byte;
        sum = sum >> 4 ^ table[sum & 15];
        sum = sum >> 4 ^ table[sum & 15];
    }
    return sum;
}
