/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "fs/ext2/blocks.h"
#include "fs/ext2/checksum.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/ext2.h"
#include "fs/ext2/replay.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

const struct fs_type ext2_type = {
    .name = "ext2",
    .mount = ext2_mount,
    .load = ext2_load,
    .map = ext2_map,
    .make = ext2_make,
    .next = ext2_next,
    .lookup = ext2_lookup,
    .link = ext2_link,
};

enum {
    READABLE = INCOMPAT_FILETYPE | INCOMPAT_RECOVER | INCOMPAT_META_BG | INCOMPAT_EXTENTS |
               INCOMPAT_64BIT | INCOMPAT_MMP | INCOMPAT_FLEX_BG | INCOMPAT_EA_INODE |
               INCOMPAT_CSUM_SEED | INCOMPAT_LARGEDIR | INCOMPAT_INLINE_DATA | INCOMPAT_ENCRYPT |
               INCOMPAT_CASEFOLD,
};

enum { BLOCK_SHIFT_LIMIT = 6 /* blocks of 64 KiB */, GROUP_LIMIT = 65528 /* blocks */ };

static const char *feature_name(uint32_t bit)
{
    switch (bit) {
    case INCOMPAT_COMPRESSION:
        return "compression";
    case INCOMPAT_DIRDATA:
        return "dirdata";
    default:
        return "a feature of the future";
    }
}

static int check_features(const struct volume *volume, uint32_t incompatible)
{
    uint32_t unknown = incompatible & ~(uint32_t)READABLE;
    if (unknown != 0) {
        uint32_t bit = unknown & -unknown;
        return fail(volume->log, ERR_UNSUPPORTED,
                    "%s: ext4 with a feature that cannot be read: 0x%x (%s)", volume->source->name,
                    bit, feature_name(bit));
    }
    return 0;
}

static void read_fields(struct ext2 *ext2, const uint8_t *super)
{
    bool has_features = le32(super + S_REV_LEVEL) > 0;
    uint32_t shift = le32(super + S_LOG_BLOCK_SIZE);
    ext2->compatible = has_features ? le32(super + S_FEATURE_COMPAT) : 0;
    ext2->incompatible = has_features ? le32(super + S_FEATURE_INCOMPAT) : 0;
    ext2->ro_compatible = has_features ? le32(super + S_FEATURE_RO_COMPAT) : 0;
    bool is_64bit = (ext2->incompatible & INCOMPAT_64BIT) != 0;
    ext2->block_size = shift <= BLOCK_SHIFT_LIMIT ? 1024U << shift : 0;
    ext2->block_count = le32(super + S_BLOCKS_COUNT_LO);
    ext2->block_count |= is_64bit ? (uint64_t)le32(super + S_BLOCKS_COUNT_HI) << 32 : 0;
    bool has_clusters = (ext2->ro_compatible & RO_COMPAT_BIGALLOC) != 0;
    uint32_t cluster_shift = has_clusters ? le32(super + S_LOG_CLUSTER_SIZE) : shift;
    ext2->cluster_size = cluster_shift <= 20 ? 1024U << cluster_shift : 0;
    ext2->inode_count = le32(super + S_INODES_COUNT);
    ext2->inode_size = has_features ? le16(super + S_INODE_SIZE) : GOOD_OLD_INODE_SIZE;
    ext2->inodes_per_group = le32(super + S_INODES_PER_GROUP);
    ext2->blocks_per_group = le32(super + S_BLOCKS_PER_GROUP);
    ext2->first_block = le32(super + S_FIRST_DATA_BLOCK);
    ext2->first_meta_group = le32(super + S_FIRST_META_BG);
    ext2->backup_groups[0] = le32(super + S_BACKUP_GROUPS);
    ext2->backup_groups[1] = le32(super + S_BACKUP_GROUPS + 4);
    ext2->descriptor_size = is_64bit ? le16(super + S_DESC_SIZE) : DESCRIPTOR_SIZE;
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const struct ext2 *ext2, uint64_t size)
{
    if (ext2->block_size == 0) {
        return "block size";
    }
    if (ext2->block_count > size / ext2->block_size || ext2->block_count <= ext2->first_block) {
        return "block count (the partition is smaller than the file system)";
    }
    if (ext2->cluster_size < ext2->block_size) {
        return "cluster size";
    }
    if (ext2->blocks_per_group == 0) {
        return "blocks per group";
    }
    if (!is_power_of_two(ext2->inode_size) || ext2->inode_size < GOOD_OLD_INODE_SIZE ||
        ext2->inode_size > ext2->block_size) {
        return "inode size";
    }
    if (ext2->inodes_per_group == 0 || ext2->inodes_per_group > 8 * ext2->block_size) {
        return "inodes per group";
    }
    if (!is_power_of_two(ext2->descriptor_size) || ext2->descriptor_size < DESCRIPTOR_SIZE ||
        ext2->descriptor_size > DESCRIPTOR_SIZE_LIMIT) {
        return "group descriptor size";
    }
    return NULL;
}

/* Unmounted, without errors, no journal to replay, no blocks that several files share. */
static bool is_clean(const struct ext2 *ext2, const uint8_t *super)
{
    return !ext2->is_copy &&
           (le16(super + S_STATE) & (STATE_VALID | STATE_ERRORS)) == STATE_VALID &&
           (ext2->incompatible & INCOMPAT_RECOVER) == 0 &&
           (ext2->ro_compatible & (RO_COMPAT_READONLY | RO_COMPAT_SHARED_BLOCKS)) == 0;
}

static void describe(struct volume *volume, const struct ext2 *ext2, const uint8_t *super,
                     const char *journal)
{
    bool has_journal = (ext2->compatible & COMPAT_HAS_JOURNAL) != 0;
    const char *version = (ext2->incompatible & INCOMPAT_EXTENTS) != 0 ? "ext4"
                          : has_journal                                ? "ext3"
                                                                       : "ext2";
    (void)snprintf(volume->details, sizeof volume->details, "%s, %u-byte blocks%s", version,
                   ext2->block_size, journal);
    memcpy(volume->label, super + S_VOLUME_NAME, S_VOLUME_NAME_SIZE);
    volume_set_uuid(volume, super + S_UUID);
}

static int read_super(const struct volume *volume, uint8_t *super)
{
    if (volume->source->size < SUPER_OFFSET + SUPER_SIZE) {
        return ERR_UNKNOWN;
    }
    int error = volume_read(volume, SUPER_OFFSET, super, SUPER_SIZE);
    if (error != 0) {
        return error;
    }
    bool is_journal = le32(super + S_REV_LEVEL) > 0 &&
                      (le32(super + S_FEATURE_INCOMPAT) & INCOMPAT_JOURNAL_DEV) != 0;
    return le16(super + S_MAGIC) == EXT2_MAGIC && !is_journal ? 0 : ERR_UNKNOWN;
}

/* Is group 1's copy at this block, of so many bytes? */
static bool read_copy_at(const struct volume *volume, uint64_t block, uint32_t size, uint8_t *copy)
{
    struct ext2 ext2;
    if (block > UINT32_MAX || !range_within(block * size, SUPER_SIZE, volume->source->size) ||
        volume_read(volume, block * size, copy, SUPER_SIZE) != 0) {
        return false; /* that a disk failed is logged */
    }
    if (le16(copy + S_MAGIC) != EXT2_MAGIC || le16(copy + S_GROUP) != 1 ||
        !ext2_super_is_whole(copy)) {
        return false;
    }
    read_fields(&ext2, copy);
    return ext2.block_size == size && wrong_field(&ext2, volume->source->size) == NULL;
}

/*
 * The copy in group 1, where there is one: where the damaged superblock itself says that group to be,
 * or else where it is when groups have as many blocks as a block has bits, for each size of a block.
 */
static bool read_copy(const struct volume *volume, const uint8_t *damaged, uint8_t *copy)
{
    struct ext2 ext2;
    read_fields(&ext2, damaged);
    uint64_t said = (uint64_t)ext2.first_block + ext2.blocks_per_group;
    if (read_copy_at(volume, said, ext2.block_size, copy)) {
        return true;
    }
    for (uint32_t shift = 0; shift <= BLOCK_SHIFT_LIMIT; shift++) {
        uint32_t size = UINT32_C(1024) << shift, first_block = shift == 0 ? 1 : 0;
        uint64_t block = min_u64(UINT64_C(8) * size, GROUP_LIMIT) + first_block;
        if (read_copy_at(volume, block, size, copy)) {
            return true;
        }
    }
    return false;
}

/* What the superblock says, checked. */
static int take_super(struct volume *volume, struct ext2 *ext2, const uint8_t *super)
{
    if (!ext2_super_is_whole(super)) {
        return fail(volume->log, ERR_CORRUPT, "%s: ext4 superblock: its checksum is wrong",
                    volume->source->name);
    }
    read_fields(ext2, super);
    const char *wrong = wrong_field(ext2, volume->source->size);
    if (wrong != NULL) {
        return fail(volume->log, ERR_CORRUPT, "%s: ext2 superblock: %s cannot be right",
                    volume->source->name, wrong);
    }
    ext2->group_count =
        (uint32_t)((ext2->block_count - ext2->first_block + ext2->blocks_per_group - 1) /
                   ext2->blocks_per_group);
    ext2_checksum_open(ext2, super);
    volume->block_size = ext2->block_size;
    volume->shares_blocks = (le32(super + S_FEATURE_RO_COMPAT) & RO_COMPAT_SHARED_BLOCKS) != 0;
    return check_features(volume, ext2->incompatible);
}

/*
 * Where the first superblock is damaged, a copy. (Where it is not there at all, somebody has wiped it.) A copy is as old as the
 * file system: whether the journal wants to be replayed, the journal itself must say.
 */
static int open_super(struct volume *volume, struct ext2 *ext2, uint8_t *super)
{
    uint8_t copy[SUPER_SIZE];
    int error = read_super(volume, super);
    if (error != 0) {
        return error;
    }
    error = take_super(volume, ext2, super);
    if (error != ERR_CORRUPT || !read_copy(volume, super, copy)) {
        return error;
    }
    log_line(volume->log, "%s: ext2 superblock: the copy in group 1 is read instead",
             volume->source->name);
    memcpy(super, copy, SUPER_SIZE);
    ext2->is_copy = true;
    error = take_super(volume, ext2, super);
    if ((ext2->compatible & COMPAT_HAS_JOURNAL) != 0) {
        put_le32(super + S_FEATURE_INCOMPAT, ext2->incompatible | INCOMPAT_RECOVER);
    }
    return error;
}

static int make_room(struct volume *volume, struct ext2 *ext2)
{
    ext2->inode = arena_alloc(volume->arena, ext2->inode_size);
    ext2->table = arena_alloc(volume->arena, sizeof *ext2->table);
    ext2->blocks = ext2_blocks_create(volume);
    return ext2->inode == NULL || ext2->table == NULL || ext2->blocks == NULL ? ERR_NO_MEMORY : 0;
}

/* The superblock too can be one of the blocks that the journal holds. */
static int replay(struct volume *volume, struct ext2 *ext2, uint8_t *super, const char **journal)
{
    const struct source *before = volume->source;
    uint32_t block_size = ext2->block_size, inode_size = ext2->inode_size;
    *journal = ext2_replay(volume, super);
    ext2_blocks_forget(ext2->blocks);
    ext2->table->block = 0;
    if (volume->source == before || ext2->is_copy) {
        return 0;
    }
    int error = read_super(volume, super);
    if (error != 0) {
        return error;
    }
    error = take_super(volume, ext2, super);
    if (error == 0 && (ext2->block_size != block_size || ext2->inode_size != inode_size)) {
        return fail(volume->log, ERR_CORRUPT,
                    "%s: ext4 superblock: the one in its journal is another file system's",
                    volume->source->name);
    }
    return error;
}

int ext2_mount_with_journal(struct volume *volume, const struct source *journal_device)
{
    uint8_t super[SUPER_SIZE];
    const char *journal;
    struct ext2 *ext2 = arena_alloc(volume->arena, sizeof *ext2);
    if (ext2 == NULL) {
        return ERR_NO_MEMORY;
    }
    ext2->journal = journal_device;
    volume->private = ext2;
    volume->root.object = ROOT_INODE;
    int error = open_super(volume, ext2, super);
    if (error != 0) {
        return error;
    }
    volume->clean = is_clean(ext2, super); /* as it lies on the disk */
    error = make_room(volume, ext2);
    if (error != 0) {
        return error;
    }
    error = replay(volume, ext2, super, &journal);
    if (error != 0) {
        return error;
    }
    describe(volume, ext2, super, journal);
    return 0;
}

int ext2_mount(struct volume *volume)
{
    return ext2_mount_with_journal(volume, NULL);
}
