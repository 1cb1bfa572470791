/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "fs/xfs/blocks.h"
#include "fs/xfs/checksum.h"
#include "fs/xfs/disk.h"
#include "fs/xfs/replay.h"
#include "fs/xfs/xfs.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

const struct fs_type xfs_type = {
    .name = "xfs",
    .mount = xfs_mount,
    .load = xfs_load,
    .map = xfs_map,
    .next = xfs_next,
    .lookup = xfs_lookup,
    .link = xfs_link,
};

enum {
    READABLE = INCOMPAT_FTYPE | INCOMPAT_SPARSE_INODES | INCOMPAT_META_UUID | INCOMPAT_BIGTIME |
               INCOMPAT_NEEDS_REPAIR | INCOMPAT_NREXT64 | INCOMPAT_EXCHANGE | INCOMPAT_PARENT |
               INCOMPAT_METADIR,
    SECTOR_LIMIT = 32768,
    BLOCK_LIMIT = 65536,
    INODE_LEAST = 256,
    INODE_LIMIT = 2048,
};

/* ---- features ------------------------------------------------------------------------------- */

static const char *feature_name(uint32_t bit)
{
    switch (bit) {
    case INCOMPAT_ZONED:
        return "zoned realtime volume";
    case INCOMPAT_ZONE_GAPS:
        return "gaps between zones";
    default:
        return "a feature of the future";
    }
}

static int check_features(const struct volume *volume, const uint8_t *super)
{
    unsigned version = be16(super + SB_VERSION) & VERSION_NUMBER;
    if (version != 4 && version != 5) {
        return fail(volume->log, ERR_UNSUPPORTED, "%s: XFS of version %u cannot be read",
                    volume->source->name, version);
    }
    if (version == 4 && (be16(super + SB_VERSION) & VERSION_DIR2) == 0) {
        return fail(volume->log, ERR_UNSUPPORTED,
                    "%s: XFS with directories of version 1 cannot be read", volume->source->name);
    }
    uint32_t unknown = version == 5 ? be32(super + SB_FEATURES_INCOMPAT) & ~(uint32_t)READABLE : 0;
    if (unknown != 0) {
        uint32_t bit = unknown & -unknown;
        return fail(volume->log, ERR_UNSUPPORTED,
                    "%s: XFS with a feature that cannot be read: 0x%x (%s)", volume->source->name,
                    bit, feature_name(bit));
    }
    return 0;
}

static bool has_types(const struct xfs *xfs, const uint8_t *super)
{
    bool has_more = (be16(super + SB_VERSION) & VERSION_MORE_BITS) != 0;
    return xfs->has_checksums ? (xfs->incompatible & INCOMPAT_FTYPE) != 0
                              : has_more && (be32(super + SB_FEATURES2) & FEATURE2_FTYPE) != 0;
}

/* ---- fields --------------------------------------------------------------------------------- */

static void read_fields(struct xfs *xfs, const uint8_t *super)
{
    xfs->block_size = be32(super + SB_BLOCK_SIZE);
    xfs->dir_block_size =
        super[SB_DIR_BLOCK_LOG] <= 7 ? xfs->block_size << super[SB_DIR_BLOCK_LOG] : 0;
    xfs->sector_size = be16(super + SB_SECTOR_SIZE);
    xfs->inode_size = be16(super + SB_INODE_SIZE);
    xfs->block_count = be64(super + SB_BLOCKS);
    xfs->group_blocks = be32(super + SB_AG_BLOCKS);
    xfs->group_count = be32(super + SB_AG_COUNT);
    xfs->group_blocks_log = super[SB_AG_BLOCKS_LOG];
    xfs->inodes_per_block_log = super[SB_INODES_PER_BLOCK_LOG];
    xfs->has_checksums = (be16(super + SB_VERSION) & VERSION_NUMBER) == 5;
    xfs->incompatible = xfs->has_checksums ? be32(super + SB_FEATURES_INCOMPAT) : 0;
    xfs->ro_compatible = xfs->has_checksums ? be32(super + SB_FEATURES_RO_COMPAT) : 0;
    xfs->has_types = has_types(xfs, super);
}

static bool is_size(uint32_t size, uint32_t least, uint32_t limit)
{
    return is_power_of_two(size) && size >= least && size <= limit;
}

/* Do the groups hold the blocks, and their numbers those in a group? */
static bool are_groups(const struct xfs *xfs)
{
    uint64_t most = (uint64_t)xfs->group_count * xfs->group_blocks;
    return xfs->group_blocks != 0 && xfs->group_count != 0 && xfs->group_blocks_log <= 31 &&
           xfs->group_blocks <= 1U << xfs->group_blocks_log && xfs->block_count <= most &&
           xfs->block_count > most - xfs->group_blocks;
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const struct xfs *xfs, const uint8_t *super, uint64_t size)
{
    if (super[SB_IN_PROGRESS] != 0) {
        return "that it is still being made";
    }
    if (!is_size(xfs->block_size, BASIC_BLOCK, BLOCK_LIMIT)) {
        return "block size";
    }
    if (!is_size(xfs->sector_size, BASIC_BLOCK, SECTOR_LIMIT)) {
        return "sector size";
    }
    if (!is_size(xfs->dir_block_size, xfs->block_size, BLOCK_LIMIT)) {
        return "directory block size";
    }
    if (!is_size(xfs->inode_size, INODE_LEAST, INODE_LIMIT) || xfs->inodes_per_block_log > 8 ||
        (uint64_t)xfs->inode_size << xfs->inodes_per_block_log != xfs->block_size) {
        return "inode size";
    }
    if (xfs->block_count > size / xfs->block_size || xfs->block_count == 0) {
        return "block count (the partition is smaller than the file system)";
    }
    return are_groups(xfs) ? NULL : "allocation groups";
}

/* ---- places --------------------------------------------------------------------------------- */

/* The block of the volume that is one of a group. */
static bool find_in_group(const struct xfs *xfs, uint64_t group, uint64_t block, uint64_t count,
                          uint64_t *linear)
{
    if (group >= xfs->group_count || !range_within(block, count, xfs->group_blocks)) {
        return false;
    }
    *linear = group * xfs->group_blocks + block;
    return range_within(*linear, count, xfs->block_count);
}

static uint64_t low_bits(uint64_t number, unsigned bits)
{
    return number & ((UINT64_C(1) << bits) - 1);
}

bool xfs_find_blocks(const struct xfs *xfs, uint64_t block, uint64_t count, uint64_t *place)
{
    uint64_t linear;
    bool found = find_in_group(xfs, block >> xfs->group_blocks_log,
                               low_bits(block, xfs->group_blocks_log), count, &linear);
    *place = found ? linear * xfs->block_size : 0;
    return found;
}

bool xfs_find_inode(const struct xfs *xfs, uint64_t number, uint64_t *place)
{
    uint64_t index = low_bits(number, xfs->inodes_per_block_log);
    bool found = xfs_find_blocks(xfs, number >> xfs->inodes_per_block_log, 1, place);
    *place += index * xfs->inode_size;
    return found;
}

/* ---- mounting ------------------------------------------------------------------------------- */

static int read_super(const struct volume *volume, uint8_t *super)
{
    if (volume->source->size < SB_SIZE) {
        return ERR_UNKNOWN;
    }
    int error = volume_read(volume, 0, super, SB_SIZE);
    if (error != 0) {
        return error;
    }
    return be32(super) == XFS_MAGIC ? 0 : ERR_UNKNOWN;
}

/* The checksum is that of a whole sector. */
static int check_sector(const struct volume *volume, const struct xfs *xfs)
{
    if (!xfs->has_checksums) {
        return 0;
    }
    size_t mark = arena_mark(volume->arena);
    uint8_t *sector = arena_alloc(volume->arena, xfs->sector_size);
    if (sector == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = volume_read(volume, 0, sector, xfs->sector_size);
    bool whole = error == 0 && xfs_is_whole(sector, xfs->sector_size, SB_CHECKSUM);
    arena_release(volume->arena, mark);
    if (error != 0 || whole) {
        return error;
    }
    return fail(volume->log, ERR_CORRUPT, "%s: XFS superblock: its checksum is wrong",
                volume->source->name);
}

/* What the superblock says, checked. */
static int take_super(struct volume *volume, struct xfs *xfs, const uint8_t *super)
{
    int error = check_features(volume, super);
    if (error != 0) {
        return error;
    }
    read_fields(xfs, super);
    const char *wrong = wrong_field(xfs, super, volume->source->size);
    if (wrong != NULL) {
        return fail(volume->log, ERR_CORRUPT, "%s: XFS superblock: %s cannot be right",
                    volume->source->name, wrong);
    }
    volume->root.object = be64(super + SB_ROOT_INODE);
    volume->block_size = xfs->block_size;
    volume->shares_blocks = (xfs->ro_compatible & RO_COMPAT_REFLINK) != 0;
    volume->ignore_case = (be16(super + SB_VERSION) & VERSION_IGNORES_CASE) != 0;
    return check_sector(volume, xfs);
}

static void describe(struct volume *volume, const struct xfs *xfs, const uint8_t *super,
                     const char *log)
{
    bool needs_repair = (xfs->incompatible & INCOMPAT_NEEDS_REPAIR) != 0;
    (void)snprintf(volume->details, sizeof volume->details, "XFS version %u, %u-byte blocks%s%s%s",
                   xfs->has_checksums ? 5 : 4, xfs->block_size,
                   be64(super + SB_REALTIME_BLOCKS) != 0 ? ", with a realtime volume" : "",
                   needs_repair ? ", to be repaired" : "", log);
    memcpy(volume->label, super + SB_LABEL, SB_LABEL_SIZE);
    volume_set_uuid(volume, super + SB_UUID);
}

int xfs_mount(struct volume *volume)
{
    uint8_t super[SB_SIZE];
    int error = read_super(volume, super);
    if (error != 0) {
        return error;
    }
    struct xfs *xfs = arena_alloc(volume->arena, sizeof *xfs);
    if (xfs == NULL) {
        return ERR_NO_MEMORY;
    }
    volume->private = xfs;
    error = take_super(volume, xfs, super);
    if (error != 0) {
        return error;
    }
    xfs->blocks = xfs_blocks_create(volume);
    if (xfs->blocks == NULL) {
        return ERR_NO_MEMORY;
    }
    const char *log = xfs_replay(volume, super, &volume->clean);
    describe(volume, xfs, super, log);
    return 0;
}
