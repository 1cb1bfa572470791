/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PC's master boot record, sector 0 of a disk (IBM PC DOS; described in the UEFI
 * specification, 5.2):
 *
 *      0           446                                510
 *      | boot code | entry 0 | entry 1 | entry 2 | entry 3 | 55 AA |
 *
 * An entry of 16 bytes; sectors of the device's own size, little-endian:
 *
 *      0           1           4      5          8              12
 *      | bootable  | first CHS | type | last CHS | first sector | sectors |
 */
#pragma once

enum {
    MBR_ENTRIES = 446,
    MBR_ENTRY_SIZE = 16,
    MBR_PRIMARIES = 4,
    MBR_SIGNATURE = 510, /* 0xAA55 */
    ENTRY_BOOTABLE = 0,  /* 0x80 or 0 */
    ENTRY_TYPE = 4,      /* 0: unused */
    ENTRY_FIRST = 8,
    ENTRY_COUNT = 12,
};
