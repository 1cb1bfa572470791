/* SPDX-License-Identifier: BSD-2-Clause */
/* LVM's checksum, by zlib, which inverts before and after. */
#include <zlib.h>

#include "fs/volume/lvm.h"

uint32_t lvm_checksum(const void *bytes, size_t length)
{
    return ~(uint32_t)crc32(~LVM_CRC_START, bytes, (unsigned)length);
}
