/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ext2/checksum.h"

#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/crc16.h"
#include "lib/crc32c.h"

static uint32_t sum_number(uint32_t sum, uint32_t number)
{
    uint8_t bytes[4];
    put_le32(bytes, number);
    return crc32c(sum, bytes, sizeof bytes);
}

/* ---- the volume ----------------------------------------------------------------------------- */

bool ext2_super_is_whole(const uint8_t *super)
{
    if ((le32(super + S_FEATURE_RO_COMPAT) & RO_COMPAT_METADATA_CSUM) == 0) {
        return true;
    }
    return super[S_CHECKSUM_TYPE] == CHECKSUM_CRC32C &&
           le32(super + S_CHECKSUM) == crc32c(UINT32_MAX, super, S_CHECKSUM);
}

void ext2_checksum_open(struct ext2 *ext2, const uint8_t *super)
{
    const uint8_t *uuid = super + S_UUID;
    uint32_t ro_compatible = le32(super + S_FEATURE_RO_COMPAT);
    bool has_seed = (le32(super + S_FEATURE_INCOMPAT) & INCOMPAT_CSUM_SEED) != 0;
    ext2->has_checksums = (ro_compatible & RO_COMPAT_METADATA_CSUM) != 0;
    ext2->has_old_checksums = (ro_compatible & RO_COMPAT_GDT_CSUM) != 0;
    ext2->seed = has_seed ? le32(super + S_CHECKSUM_SEED) : crc32c(UINT32_MAX, uuid, S_UUID_SIZE);
    ext2->old_seed = crc16(UINT16_MAX, uuid, S_UUID_SIZE);
}

/* The older sum leaves the checksum's bytes out. */
static uint16_t old_descriptor_sum(const struct ext2 *ext2, uint32_t group,
                                   const uint8_t *descriptor)
{
    uint8_t number[4];
    size_t after = G_CHECKSUM + sizeof(uint16_t);
    put_le32(number, group);
    uint16_t sum = crc16(ext2->old_seed, number, sizeof number);
    sum = crc16(sum, descriptor, G_CHECKSUM);
    return crc16(sum, descriptor + after, ext2->descriptor_size - after);
}

bool ext2_descriptor_is_whole(const struct ext2 *ext2, uint32_t group, const uint8_t *descriptor)
{
    uint16_t stored = le16(descriptor + G_CHECKSUM);
    if (ext2->has_checksums) {
        uint32_t sum = crc32c_around(sum_number(ext2->seed, group), descriptor,
                                     ext2->descriptor_size, G_CHECKSUM, sizeof stored);
        return stored == (uint16_t)sum;
    }
    return !ext2->has_old_checksums || stored == old_descriptor_sum(ext2, group, descriptor);
}

/* ---- inodes --------------------------------------------------------------------------------- */

uint32_t ext2_inode_seed(const struct ext2 *ext2, uint32_t number, const uint8_t *inode)
{
    return sum_number(sum_number(ext2->seed, number), le32(inode + I_GENERATION));
}

/* The high half is one of the fields that came later, which not every inode has room for. */
static bool has_high_checksum(const struct ext2 *ext2, const uint8_t *inode)
{
    return ext2_inode_has(ext2, inode, I_CHECKSUM_HI + sizeof(uint16_t));
}

static uint32_t sum_inode(const struct ext2 *ext2, uint32_t seed, const uint8_t *inode)
{
    uint32_t sum = crc32c_around(seed, inode, GOOD_OLD_INODE_SIZE, I_CHECKSUM_LO, sizeof(uint16_t));
    if (ext2->inode_size == GOOD_OLD_INODE_SIZE) {
        return sum;
    }
    const uint8_t *extra = inode + GOOD_OLD_INODE_SIZE;
    size_t extra_size = ext2->inode_size - GOOD_OLD_INODE_SIZE;
    return has_high_checksum(ext2, inode)
               ? crc32c_around(sum, extra, extra_size, I_CHECKSUM_HI - GOOD_OLD_INODE_SIZE,
                               sizeof(uint16_t))
               : crc32c(sum, extra, extra_size);
}

bool ext2_inode_is_whole(const struct ext2 *ext2, uint32_t seed, const uint8_t *inode)
{
    if (!ext2->has_checksums) {
        return true;
    }
    uint32_t sum = sum_inode(ext2, seed, inode), low = le16(inode + I_CHECKSUM_LO);
    return has_high_checksum(ext2, inode)
               ? sum == (low | (uint32_t)le16(inode + I_CHECKSUM_HI) << 16)
               : (uint16_t)sum == low;
}

void ext2_put_inode_checksum(const struct ext2 *ext2, uint32_t seed, uint8_t *inode)
{
    uint32_t sum = sum_inode(ext2, seed, inode);
    put_le16(inode + I_CHECKSUM_LO, (uint16_t)sum);
    if (has_high_checksum(ext2, inode)) {
        put_le16(inode + I_CHECKSUM_HI, (uint16_t)(sum >> 16));
    }
}

/* ---- their blocks --------------------------------------------------------------------------- */

bool ext2_extents_are_whole(const struct ext2 *ext2, uint32_t seed, const uint8_t *block)
{
    size_t place = (size_t)(le16(block + EH_MAX) + 1) * EXTENT_ENTRY_SIZE;
    return !ext2->has_checksums || (place + sizeof(uint32_t) <= ext2->block_size &&
                                    le32(block + place) == crc32c(seed, block, place));
}

bool ext2_entries_are_whole(const struct ext2 *ext2, uint32_t seed, const uint8_t *block)
{
    size_t place = ext2->block_size - DE_TAIL_SIZE;
    const uint8_t *tail = block + place;
    return !ext2->has_checksums ||
           (le32(tail + DE_INODE) == 0 && le16(tail + DE_RECORD) == DE_TAIL_SIZE &&
            tail[DE_NAME_LENGTH] == 0 && tail[DE_TYPE] == DE_TAIL_TYPE &&
            le32(tail + DE_NAME) == crc32c(seed, block, place));
}

bool ext2_index_is_whole(const struct ext2 *ext2, uint32_t seed, const uint8_t *block,
                         size_t entries)
{
    size_t limit = le16(block + entries + DX_LIMIT), count = le16(block + entries + DX_COUNT);
    size_t place = entries + limit * DX_ENTRY_SIZE;
    if (!ext2->has_checksums) {
        return true;
    }
    if (place + DX_TAIL_SIZE > ext2->block_size || count > limit) {
        return false;
    }
    uint32_t sum = crc32c(seed, block, entries + count * DX_ENTRY_SIZE);
    sum = crc32c_around(sum, block + place, DX_TAIL_SIZE, DX_TAIL_CHECKSUM, sizeof sum);
    return sum == le32(block + place + DX_TAIL_CHECKSUM);
}
