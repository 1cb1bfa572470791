/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: members of Linux's md, with superblocks of version 1 that are right. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "fs/volume/md.h"
#include "lib/bytes.h"

struct md_maker {
    uint64_t place;       /* bytes from the member's start on: of its superblock */
    uint64_t data_offset; /* bytes */
    uint64_t size;        /* bytes of contents */
    int level;
    uint32_t layout, chunk /* bytes */, disks;
};

/* The sum over all words, that of the checksum being 0, folded. */
static inline void md_seal(uint8_t *super)
{
    uint64_t sum = 0;
    size_t length = MD_ROLES + 2 * (size_t)(le32(super + MD_MAX_DEVICES) % MD_MEMBERS);
    put_le32(super + MD_CHECKSUM, 0);
    for (size_t i = 0; i + 4 <= length; i += 4) {
        sum += le32(super + i);
    }
    sum += length % 4 == 2 ? le16(super + length - 2) : 0;
    put_le32(super + MD_CHECKSUM, (uint32_t)(sum + (sum >> 32)));
}

/* Makes what begins at `start` the member in this role. */
static inline void md_put(uint8_t *start, const struct md_maker *md, uint32_t role)
{
    uint8_t *super = start + md->place;
    put_le32(super, MD_MAGIC);
    put_le32(super + MD_MAJOR, 1);
    super[MD_NAME] = 'x';
    put_le32(super + MD_LEVEL, (uint32_t)md->level);
    put_le32(super + MD_LAYOUT, md->layout);
    put_le64(super + MD_SIZE, md->size / 512);
    put_le32(super + MD_CHUNK, md->chunk / 512);
    put_le32(super + MD_DISKS, md->disks);
    put_le64(super + MD_DATA_OFFSET, md->data_offset / 512);
    put_le64(super + MD_DATA_SIZE, md->size / 512);
    put_le64(super + MD_SUPER_OFFSET, md->place / 512);
    put_le32(super + MD_DEVICE, role);
    put_le64(super + MD_CLEAN, UINT64_MAX);
    put_le32(super + MD_MAX_DEVICES, md->disks);
    for (uint32_t i = 0; i < md->disks; i++) {
        put_le16(super + MD_ROLES + 2 * (size_t)i, (uint16_t)i);
    }
    md_seal(super);
}
