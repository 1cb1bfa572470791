/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Superblocks of Linux's md in its members (linux/raid/md_p.h). All numbers are little-endian; those
 * of version 0.90 are in the byte order of their machine, of which only that one is read.
 *
 *      0.90   | contents ...                       | superblock |   the last whole 64 KiB but that
 *      1.0    | contents ...                  | superblock |        8 KiB before the end, or a bit more
 *      1.1    | superblock | ... | contents ...                |    at the start
 *      1.2    | .. | superblock | ... | contents ...           |    4 KiB after the start
 *
 * Version 0.90
 *
 *      0       4       8       28      32
 *      | magic | major | minor | level | size, KiB |
 *
 * Version 1
 *
 *      0       4       8      16     72      128           144
 *      | magic | major | ..   | uuid | level | data offset | ... | own sector |    sectors of 512
 */
#pragma once

#include <stdint.h>

#define MD_MAGIC 0xA92B4EFCU

enum {
    MD_MAJOR = 4,
    MD_OLD_MINOR = 8,
    MD_OLD_LEVEL = 28,
    MD_LEVEL = 72,
    MD_DATA_OFFSET = 128,
    MD_SUPER_OFFSET = 144,
    MD_SUPER_SIZE = 256, /* bytes: as much of it as is looked at */
    MD_LEVEL_MIRROR = 1,
};

/* Where the superblocks at the end of a member of `size` bytes lie; 0: there is no room for one. */
uint64_t md_place_0_90(uint64_t size);
uint64_t md_place_1_0(uint64_t size);
