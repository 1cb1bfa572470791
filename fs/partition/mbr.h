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
 *
 * An extended partition is a chain of such records, one before each logical partition. The first
 * sector of a logical one counts from its own record, that of the next record from the extended
 * partition's start:
 *
 *      extended   |record 0|  logical 4  |record 1|  logical 5  | ...
 *                  |   `-----^              ^
 *                  `------------------------'
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

enum {
    TYPE_EXTENDED = 0x05,
    TYPE_EXTENDED_LBA = 0x0F,
    TYPE_LINUX = 0x83,
    TYPE_EXTENDED_LINUX = 0x85,
    TYPE_FREEBSD = 0xA5,
    TYPE_OPENBSD = 0xA6,
    TYPE_NETBSD = 0xA9,
    TYPE_PROTECTIVE = 0xEE,
};
