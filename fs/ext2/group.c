/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups: where their descriptors lie, and by them the inodes. */
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

/* ---- descriptors ---------------------------------------------------------------------------- */

static bool is_power_of(uint32_t number, uint32_t base)
{
    while (number % base == 0) {
        number /= base;
    }
    return number == 1;
}

/* Does a group keep a superblock, the first one or a copy? */
static bool has_superblock(const struct ext2 *ext2, uint32_t group)
{
    if (group == 0) {
        return true;
    }
    if ((ext2->compatible & COMPAT_SPARSE_SUPER2) != 0) {
        return group == ext2->backup_groups[0] || group == ext2->backup_groups[1];
    }
    return group == 1 || (ext2->ro_compatible & RO_COMPAT_SPARSE_SUPER) == 0 ||
           is_power_of(group, 3) || is_power_of(group, 5) || is_power_of(group, 7);
}

/*
 * The block of a meta group's descriptors: its first one, or what follows a superblock there. Blocks
 * of 1 KiB leave one before the superblock; with BIGALLOC group 0 begins with that one.
 */
static uint64_t meta_group_block(const struct ext2 *ext2, uint32_t group)
{
    uint64_t block = ext2->first_block + (uint64_t)group * ext2->blocks_per_group;
    block += has_superblock(ext2, group) ? 1 : 0;
    return group == 0 ? SUPER_OFFSET / ext2->block_size + 1 : block;
}

/* The byte at which the descriptor of `group` lies. */
static uint64_t descriptor_offset(const struct ext2 *ext2, uint32_t group)
{
    uint32_t per_block = ext2->block_size / ext2->descriptor_size;
    uint32_t number = group / per_block; /* of the block among those of descriptors */
    bool is_meta = (ext2->incompatible & INCOMPAT_META_BG) != 0 && number >= ext2->first_meta_group;
    uint64_t block = is_meta ? meta_group_block(ext2, number * per_block)
                             : SUPER_OFFSET / ext2->block_size + 1 + (uint64_t)number;
    return block * ext2->block_size + (uint64_t)(group % per_block) * ext2->descriptor_size;
}

/*
 * The first block of a group's inodes. A descriptor that is damaged leads nowhere: none of its
 * group's inodes can be read, those of other groups can.
 */
static int find_table(const struct node *node, uint32_t group, uint64_t *table)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint8_t descriptor[DESCRIPTOR_SIZE_LIMIT] = {0};
    int error = volume_read(node->volume, descriptor_offset(ext2, group), descriptor,
                            ext2->descriptor_size);
    if (error != 0) {
        return error;
    }
    if (!ext2_descriptor_is_whole(ext2, group, descriptor)) {
        return fail(node->volume->log, ERR_CORRUPT,
                    "%s: ext4 inode %lu: the checksum of its group's descriptor (of group %u) is "
                    "wrong",
                    volume_subject(node->volume), node->id.object, group);
    }
    *table = le32(descriptor + G_INODE_TABLE_LO) | (uint64_t)le32(descriptor + G_INODE_TABLE_HI)
                                                       << 32;
    return 0;
}

/* ---- inodes --------------------------------------------------------------------------------- */

int ext2_find_inode(const struct node *node, uint64_t *offset)
{
    const struct ext2 *ext2 = ext2_of(node);
    if (node->id.object == 0 || node->id.object > ext2->inode_count) {
        return ext2_wrong(node, "there are not so many inodes");
    }
    uint32_t index = (uint32_t)node->id.object - 1, group = index / ext2->inodes_per_group;
    uint64_t place = (uint64_t)(index % ext2->inodes_per_group) * ext2->inode_size, table = 0;
    if (group >= ext2->group_count) {
        return ext2_wrong(node, "there are not so many groups");
    }
    int error = find_table(node, group, &table);
    if (error != 0) {
        return error;
    }
    if (table == 0 || !range_within(table, place / ext2->block_size + 1, ext2->block_count)) {
        return ext2_wrong(node, "its group's inode table is outside the file system");
    }
    *offset = table * ext2->block_size + place;
    return 0;
}
