/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ISO 9660 on disk: ECMA-119; SUSP and RRIP 1.12 (Rock Ridge); the Joliet specification. Numbers
 * stand in both byte orders, of which the little-endian one, the first, is read; the 7.x of
 * ECMA-119.
 *
 *      0        32 KiB                                                blocks of mostly 2 KiB
 *      | system | descriptor | descriptor | ... | terminator | path tables, directories, files |
 *        area     one in 2 KiB each
 *
 * Descriptor: 1 primary, 2 supplementary (with an escape sequence Joliet's), 255 terminator
 *
 *      0      1         7       40       88       128    156           813        830
 *      | type | "CD001" | ..    | volume | escape | block | root record | created | modified | ... |
 *
 * Directory record, within 2 KiB; one of length 0 ends its 2 KiB
 *
 *      0        1            2       10     18     25      26     32            33
 *      | length | attributes | block | size | date | flags | unit, gap | name length | name | system use |
 *
 * System use (SUSP): entries, of which CE says where more of them lie
 *
 *      0           2        3         4
 *      | signature | length | version | ...
 *
 *      NM  flags | name                               PX  mode | links | owner | group, 8 bytes each
 *      SL  flags | flags, length, text | ...          CE  block | offset | length
 *      CL  block of a directory that is elsewhere     RE  this directory is elsewhere, by a CL
 *      ZF  "pz": packed by zisofs                     SP  0xBE 0xEF | bytes to skip
 *      PN  a device's number: high, low
 */
#pragma once

#include <stdint.h>

enum {
    ISO_DESCRIPTORS = 32768, /* bytes from the start */
    ISO_SECTOR = 2048,
    ISO_DESCRIPTOR_LIMIT = 64,

    DESCRIPTOR_PRIMARY = 1,
    DESCRIPTOR_SUPPLEMENTARY = 2,
    DESCRIPTOR_END = 255,
    V_MARK = 1, /* in a descriptor */
    V_LABEL = 40,
    V_LABEL_SIZE = 32,
    V_ESCAPE = 88,
    V_BLOCK_SIZE = 128,
    V_ROOT = 156,
    V_CREATED = 813,
    V_MODIFIED = 830,
    V_DATE_SIZE = 16, /* digits */

    R_LENGTH = 0, /* in a record */
    R_ATTRIBUTES = 1,
    R_BLOCK = 2,
    R_SIZE = 10,
    R_DATE = 18,
    R_FLAGS = 25,
    R_UNIT = 26,
    R_GAP = 27,
    R_NAME_LENGTH = 32,
    R_NAME = 33,
    RECORD_MIN = 34,
    RECORD_MAX = 255,
    FLAG_DIRECTORY = 2,
    FLAG_ASSOCIATED = 4,
    FLAG_CONTINUES = 0x80, /* in the next record */

    U_LENGTH = 2, /* in an entry of system use */
    U_DATA = 4,
    NM_CONTINUES = 1,
    SL_CONTINUES = 1, /* of a component, too */
    SL_CURRENT = 2,
    SL_PARENT = 4,
    SL_ROOT = 8,
    PX_LINKS = 12,
    PX_OWNER = 20,
    PX_GROUP = 28,
    PN_LOW = 12,
    CE_SIZE = 28,
    CE_OFFSET = 12,
    CE_LENGTH = 20,
    SP_SKIP = 6,
};
