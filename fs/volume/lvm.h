/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical volumes of LVM2 (lib/format_text/layout.h and lib/label/label.h of its source). Numbers
 * are little-endian, offsets count bytes from the start of the volume. The label is in one of the
 * first four sectors (of 512 bytes); its checksum is that of all from "offset" on.
 *
 *      0            8        16         20       24           32
 *      | "LABELONE" | sector | checksum | offset | "LVM2 001" |
 *
 * At that offset in the sector: who it is, and two lists of places, each with an end of zeros
 *
 *      0           32     40
 *      | PV's UUID | size | data areas ... 0 0 | metadata areas ... 0 0 |     | offset | size |
 *
 * A metadata area begins with a sector, and is a ring after it: text can go on at offset 512
 *
 *      0          4       20        24      32     40
 *      | checksum | magic | version | start | size | text: offset | size | checksum | flags | ... |
 *
 * An image of RAID has metadata in a volume of their own (struct dm_raid_superblock of Linux)
 *
 *      0        4          8         12         16       24       32                40
 *      | "DmRd" | features | devices | position | events | failed | recovered up to | ... |
 *
 * Checksums are CRC-32 that begin with LVM_CRC_START and are not inverted at the end.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fs/volume/lvm_text.h"

#define LVM_LABEL      "LABELONE"
#define LVM_TYPE       "LVM2 001"
#define LVM_MAGIC      " LVM2 x[5A%r0N*>"
#define LVM_RAID_MAGIC 0x64526D44U
#define LVM_CRC_START  0xF597A6CFU

enum {
    LVM_SECTORS = 4,
    LVM_SECTOR_SIZE = 512,
    LVM_WORD_SIZE = 8,
    LVM_LABEL_SECTOR = 8,
    LVM_LABEL_CHECKSUM = 16,
    LVM_LABEL_OFFSET = 20,
    LVM_LABEL_TYPE = 24,
    LVM_PV_SIZE = 32, /* in what the label leads to */
    LVM_PV_PLACES = 40,
    LVM_PLACE_SIZE = 16,
    LVM_AREA_MAGIC = 4,
    LVM_AREA_START = 24,
    LVM_AREA_SIZE = 32,
    LVM_AREA_TEXT = 40,
    LVM_TEXT_OFFSET = 0, /* in the place of a text */
    LVM_TEXT_SIZE = 8,
    LVM_TEXT_CHECKSUM = 16,
    LVM_TEXT_FLAGS = 20,
    LVM_TEXT_IGNORED = 1,
    LVM_MAGIC_SIZE = 16,
    LVM_RAID_EVENTS = 16,
    LVM_RAID_FAILED = 24, /* a bit for each image */
    LVM_RAID_RECOVERED = 32,
    LVM_UUID_SIZE = 32, /* without its hyphens */
};

/* Of a text in a metadata area. */
struct lvm_place {
    uint64_t area, area_size; /* bytes */
    uint64_t offset;          /* in the area */
    uint32_t size, checksum;
};

struct lvm_volume {
    char uuid[LVM_UUID_SIZE + 1];
    struct lvm_place text; /* size 0: it has none */
};

uint32_t lvm_checksum(const void *bytes, size_t length);

struct arena;
struct assembly;
struct member;

/*
 * Reads the text of a member's metadata into the arena. Returns 0, ERR_NO_MEMORY, ERR_CORRUPT
 * (logged) when its checksum is wrong, or an error of reading (logged).
 */
int lvm_read_text(const struct member *, const struct lvm_place *, struct arena *,
                  struct lvm_section *text);

/* The assemble() of LVM's members (fs/volume/lvm_group.c). */
int lvm_assemble(struct assembly *, struct member *newest);
