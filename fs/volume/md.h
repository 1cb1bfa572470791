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
 * Version 0.90, 4096 bytes; its "events" are the number of times that it was written
 *
 *      0       4       8       12      20       28      32          40     44      52
 *      | magic | major | minor | ..    | uuid 0 | level | size, KiB | ..   | disks | minor | ... |
 *
 *      52         64     132     136    152        156      164
 *      | uuid 1-3 | ..   | state | ..   | checksum | events | ... |
 *
 *      256      260             512                                    3968
 *      | layout | chunk, bytes | 27 x | number | .. | role | state | .. | this one: likewise |
 *
 * Version 1, 256 bytes and two for each device
 *
 *      0       4       8          16     32     72      76       80            88
 *      | magic | major | features | uuid | name | level | layout | size, sectors | chunk, sectors |
 *
 *      92      96      128           136         144          152              160
 *      | disks | ..    | data offset | data size | own sector | recovered up to | device | ... |
 *
 *      200      208         216        220           256
 *      | events | clean up to | checksum | max devices | .. | 16-bit role of each device |
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define MD_MAGIC 0xA92B4EFCU

enum {
    MD_MAJOR = 4,
    MD_SUPER_SIZE = 4096, /* bytes; at most */

    MD_OLD_MINOR = 8,
    MD_OLD_UUID_0 = 20,
    MD_OLD_LEVEL = 28,
    MD_OLD_SIZE = 32,
    MD_OLD_DISKS = 40,
    MD_OLD_NUMBER = 44,
    MD_OLD_UUID_1 = 52,
    MD_OLD_STATE = 132,
    MD_OLD_CHECKSUM = 152,
    MD_OLD_EVENTS = 156,
    MD_OLD_LAYOUT = 256,
    MD_OLD_CHUNK = 260,
    MD_OLD_DESCRIPTORS = 512,
    MD_OLD_THIS = 3968,
    MD_OLD_DESCRIPTOR_SIZE = 128,
    MD_OLD_DESCRIPTOR_COUNT = 27,
    MD_OLD_DESCRIPTOR_NUMBER = 0, /* in a descriptor */
    MD_OLD_DESCRIPTOR_ROLE = 12,
    MD_OLD_DESCRIPTOR_STATE = 16,
    MD_OLD_RESHAPE_MINOR = 91,
    MD_OLD_CLEAN = 1,   /* a bit of the array's state */
    MD_OLD_IN_SYNC = 4, /* bits of a descriptor's state */
    MD_OLD_FAULTY = 1,

    MD_FEATURES = 8,
    MD_UUID = 16,
    MD_NAME = 32,
    MD_LEVEL = 72,
    MD_LAYOUT = 76,
    MD_SIZE = 80,
    MD_CHUNK = 88,
    MD_DISKS = 92,
    MD_DATA_OFFSET = 128,
    MD_DATA_SIZE = 136,
    MD_SUPER_OFFSET = 144,
    MD_DEVICE = 160,
    MD_EVENTS = 200,
    MD_CLEAN = 208,
    MD_CHECKSUM = 216,
    MD_MAX_DEVICES = 220,
    MD_ROLES = 256,
    MD_UUID_SIZE = 16,
    MD_NAME_SIZE = 32,

    MD_FEATURE_RECOVERY = 2, /* it is being rebuilt */
    MD_FEATURE_RESHAPE = 4,
    MD_FEATURE_JOURNAL = 512,

    MD_ROLE_LIMIT = 0xFFF0, /* those from here on are none */
    MD_ROLE_JOURNAL = 0xFFFD,
    MD_ROLE_FAULTY = 0xFFFE,
    MD_ROLE_SPARE = 0xFFFF,

    MD_LEVEL_LINEAR = -1,
    MD_LEVEL_STRIPES = 0,
    MD_LEVEL_MIRROR = 1,
    MD_LEVEL_COPIES = 10,
    MD_RAID0_ORIGINAL = 1, /* layouts of level 0, where members differ in size */
    MD_RAID0_ALTERNATE = 2,
};

enum { MD_MEMBERS = 384 /* of one array */ };

/* What both versions say. */
struct md_super {
    const char *version; /* "1.2" */
    uint8_t uuid[MD_UUID_SIZE];
    char name[MD_NAME_SIZE + 1]; /* without its host */
    int level;
    uint32_t layout;
    uint64_t chunk;       /* bytes */
    unsigned disks;       /* that the array has */
    uint64_t used;        /* bytes of each member, where all use as many */
    uint64_t data_offset; /* bytes: where its contents begin */
    uint64_t data_size;   /* bytes; its own */
    uint64_t events;
    bool clean;      /* what is redundant is so: all of it was written */
    bool reshaped;   /* just now, to another form */
    bool journaled;  /* what was written last may be in a journal alone */
    bool rebuilt;    /* it is: not all of it is there */
    unsigned device; /* its number among the devices */
    unsigned device_count;
    const uint16_t *roles; /* of all devices, as it knows them: which column, or MD_ROLE_... */
};

/* Where the superblocks at the end of a member of `size` bytes lie; 0: there is no room for one. */
uint64_t md_place_0_90(uint64_t size);
uint64_t md_place_1_0(uint64_t size);

struct assembly;
struct member;

/* The assemble() of md's members (fs/volume/md_array.c). */
int md_assemble(struct assembly *, struct member *newest);
