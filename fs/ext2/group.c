/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups: where their descriptors lie, and by them the inodes. */
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { COPIES_LIMIT = 4 }; /* of a descriptor that are looked at */

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

static uint32_t descriptors_per_block(const struct ext2 *ext2)
{
    return ext2->block_size / ext2->descriptor_size;
}

static bool has_meta_group(const struct ext2 *ext2, uint32_t number)
{
    return (ext2->incompatible & INCOMPAT_META_BG) != 0 && number >= ext2->first_meta_group;
}

/* The block of descriptors `number`, where Linux reads it. */
static uint64_t first_block(const struct ext2 *ext2, uint32_t number)
{
    return has_meta_group(ext2, number)
               ? meta_group_block(ext2, number * descriptors_per_block(ext2))
               : SUPER_OFFSET / ext2->block_size + 1 + (uint64_t)number;
}

/*
 * Its copy number `which`: of a meta group's, in its second group and in its last; else past the copy of the superblock.
 * Returns false when there are not so many.
 */
static bool copied_block(const struct ext2 *ext2, uint32_t number, unsigned which, uint64_t *block)
{
    uint32_t per_block = descriptors_per_block(ext2), group = 1;
    if (has_meta_group(ext2, number)) {
        group = number * per_block + (which == 0 ? 1 : per_block - 1);
        *block = meta_group_block(ext2, group);
        return which < 2 && group < ext2->group_count;
    }
    for (; group < ext2->group_count && which > 0; group++) {
        which -= has_superblock(ext2, group);
    }
    while (group < ext2->group_count && !has_superblock(ext2, group)) {
        group++;
    }
    *block = ext2->first_block + (uint64_t)group * ext2->blocks_per_group + 1 + number;
    return group < ext2->group_count;
}

static int read_descriptor(const struct node *node, uint64_t block, uint32_t group,
                           uint8_t *descriptor)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint64_t place = (uint64_t)(group % descriptors_per_block(ext2)) * ext2->descriptor_size;
    return volume_read(node->volume, block * ext2->block_size + place, descriptor,
                       ext2->descriptor_size);
}

static uint64_t table_of(const uint8_t *descriptor)
{
    return le32(descriptor + G_INODE_TABLE_LO) | (uint64_t)le32(descriptor + G_INODE_TABLE_HI)
                                                     << 32;
}

/* What is wrong with a group's descriptor, or NULL. */
static const char *wrong_descriptor(const struct ext2 *ext2, uint32_t group,
                                    const uint8_t *descriptor)
{
    uint64_t table = table_of(descriptor);
    uint64_t bytes = (uint64_t)ext2->inodes_per_group * ext2->inode_size;
    if (!ext2_descriptor_is_whole(ext2, group, descriptor)) {
        return "its checksum is wrong";
    }
    return table != 0 && range_within(table, bytes / ext2->block_size, ext2->block_count)
               ? NULL
               : "its inode table is outside the file system";
}

/* Inode tables stay where they are, so a copy is as good, however old. Returns false when there is none that is whole. */
static bool read_copy(const struct node *node, uint32_t group, uint8_t *descriptor)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint64_t block;
    for (unsigned which = 0; which < COPIES_LIMIT &&
                             copied_block(ext2, group / descriptors_per_block(ext2), which, &block);
         which++) {
        if (read_descriptor(node, block, group, descriptor) == 0 &&
            wrong_descriptor(ext2, group, descriptor) == NULL) {
            return true;
        }
    }
    return false;
}

/* A line for the first of a volume's descriptors that is damaged. */
static void mention_copies(const struct node *node, uint32_t group, const char *wrong)
{
    struct ext2_table *table = ext2_of(node)->table;
    if (!table->has_told) {
        log_line(node->volume->log, "%s: ext2 descriptor of group %u: %s; copies are read instead",
                 node->volume->source->name, group, wrong);
    }
    table->has_told = true;
}

/*
 * The first block of a group's inodes. Where descriptor and copies are damaged, none of its group's
 * inodes can be read; those of other groups can.
 */
static int find_table(const struct node *node, uint32_t group, uint64_t *block)
{
    const struct ext2 *ext2 = ext2_of(node);
    uint8_t descriptor[DESCRIPTOR_SIZE_LIMIT] = {0};
    if (ext2->table->block != 0 && ext2->table->group == group) {
        *block = ext2->table->block;
        return 0;
    }
    int error = read_descriptor(node, first_block(ext2, group / descriptors_per_block(ext2)), group,
                                descriptor);
    if (error != 0) {
        return error;
    }
    const char *wrong = wrong_descriptor(ext2, group, descriptor);
    if (wrong != NULL && !read_copy(node, group, descriptor)) {
        return fail(node->volume->log, ERR_CORRUPT,
                    "%s: ext4 inode %lu: the descriptor of its group (%u): %s",
                    volume_subject(node->volume), node->id.object, group, wrong);
    }
    if (wrong != NULL) {
        mention_copies(node, group, wrong);
    }
    ext2->table->group = group;
    *block = ext2->table->block = table_of(descriptor);
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
    *offset = table * ext2->block_size + place;
    return 0;
}
