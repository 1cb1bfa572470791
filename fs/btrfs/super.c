/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <string.h>

#include "fs/btrfs/blocks.h"
#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
#include "fs/btrfs/log.h"
#include "fs/btrfs/packed.h"
#include "fs/btrfs/roots.h"
#include "fs/btrfs/space.h"
#include "fs/cache.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

const struct fs_type btrfs_type = {
    .name = "btrfs",
    .mount = btrfs_mount,
    .load = btrfs_load,
    .map = btrfs_map,
    .make = btrfs_make,
    .next = btrfs_next,
    .lookup = btrfs_lookup,
    .link = btrfs_link,
    .next_subvolume = btrfs_next_subvolume,
};

/* ---- copies --------------------------------------------------------------------------------- */

static const uint64_t places[SUPER_COPIES] = {SUPER_PLACE, UINT64_C(64) << 20, UINT64_C(256) << 30};

/* Reads one copy. Returns 0, ERR_UNKNOWN where there is no mark, or an error of reading (logged). */
static int read_copy(const struct source *source, struct cache *cache, unsigned copy,
                     uint8_t *super)
{
    if (!range_within(places[copy], SUPER_SIZE, source->size)) {
        return ERR_UNKNOWN;
    }
    int error = cache_read(cache, source, places[copy], super, SUPER_SIZE);
    if (error != 0) {
        return error;
    }
    return memcmp(super + SUPER_MAGIC, BTRFS_MAGIC, sizeof BTRFS_MAGIC - 1) == 0 ? 0 : ERR_UNKNOWN;
}

/* A kind of checksum that nobody knows is no damage: that is told later. */
static bool is_whole(const uint8_t *super, unsigned copy)
{
    uint16_t kind = le16(super + SUPER_CHECKSUM);
    const struct btrfs_summing summing = {.kind = kind, .crc32c = crc32c};
    return le64(super + SUPER_BYTE) == places[copy] &&
           (btrfs_checksum_size(kind) == 0 ||
            btrfs_checksum_fits(&summing, super + CHECKSUM_BYTES, SUPER_SIZE - CHECKSUM_BYTES,
                                super));
}

/* The first copy is never older than the others; only where it is damaged they are looked at. */
int btrfs_find_super(const struct source *source, struct cache *cache, uint8_t *super,
                     unsigned *copy)
{
    *copy = 0;
    int error = read_copy(source, cache, 0, super);
    if (error != 0 || is_whole(super, 0)) {
        return error;
    }
    for (*copy = 1; *copy < SUPER_COPIES; ++*copy) {
        error = read_copy(source, cache, *copy, super);
        if (error != ERR_UNKNOWN && (error != 0 || is_whole(super, *copy))) {
            return error;
        }
    }
    return ERR_CORRUPT;
}

/* ---- features and fields -------------------------------------------------------------------- */

enum {
    READABLE = INCOMPAT_MIXED_BACKREF | INCOMPAT_DEFAULT_SUBVOLUME | INCOMPAT_MIXED_GROUPS |
               INCOMPAT_LZO | INCOMPAT_ZSTD | INCOMPAT_BIG_METADATA | INCOMPAT_EXTENDED_REF |
               INCOMPAT_RAID56 | INCOMPAT_SKINNY_METADATA | INCOMPAT_NO_HOLES |
               INCOMPAT_METADATA_UUID | INCOMPAT_RAID1C34 | INCOMPAT_SIMPLE_QUOTA,
};

static const char *feature_name(uint64_t bit)
{
    switch (bit) {
    case INCOMPAT_ZONED:
        return "zoned devices";
    case INCOMPAT_EXTENT_TREE_V2:
        return "extent tree v2";
    case INCOMPAT_RAID_STRIPE_TREE:
        return "raid-stripe-tree";
    case INCOMPAT_REMAP_TREE:
        return "remap-tree";
    default:
        return "a feature of the future";
    }
}

static int check_features(const struct volume *volume, const uint8_t *super)
{
    const char *name = volume->source->name;
    uint64_t unknown = le64(super + SUPER_INCOMPATIBLE) & ~(uint64_t)READABLE;
    unsigned kind = le16(super + SUPER_CHECKSUM);
    if (unknown != 0) {
        uint64_t bit = unknown & -unknown;
        return fail(volume->log, ERR_UNSUPPORTED,
                    "%s: btrfs with a feature that cannot be read: 0x%lx (%s)", name, bit,
                    feature_name(bit));
    }
    if (btrfs_checksum_size(kind) == 0) {
        return fail(volume->log, ERR_UNSUPPORTED,
                    "%s: btrfs with a kind of checksum that is not known: %u", name, kind);
    }
    return 0;
}

static bool is_size(uint32_t size)
{
    return is_power_of_two(size) && size >= BLOCK_LEAST && size <= BLOCK_LIMIT;
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const uint8_t *super)
{
    if (!is_size(le32(super + SUPER_SECTOR_SIZE))) {
        return "sector size";
    }
    if (!is_size(le32(super + SUPER_NODE_SIZE)) ||
        le32(super + SUPER_NODE_SIZE) < le32(super + SUPER_SECTOR_SIZE)) {
        return "node size";
    }
    if (super[SUPER_ROOT_LEVEL] >= LEVELS || super[SUPER_CHUNK_LEVEL] >= LEVELS ||
        super[SUPER_LOG_LEVEL] >= LEVELS) {
        return "the level of a tree";
    }
    if (le64(super + SUPER_ROOT) == 0 || le64(super + SUPER_CHUNK_ROOT) == 0) {
        return "the root of a tree";
    }
    return le32(super + SUPER_SYSTEM_SIZE) > SUPER_SYSTEM_LIMIT ? "the size of its chunks" : NULL;
}

static void take_fields(struct btrfs *fs, const uint8_t *super)
{
    bool has_uuid = (le64(super + SUPER_INCOMPATIBLE) & INCOMPAT_METADATA_UUID) != 0;
    fs->sector_size = le32(super + SUPER_SECTOR_SIZE);
    fs->block_size = le32(super + SUPER_NODE_SIZE);
    fs->checksum = btrfs_summing_of(le16(super + SUPER_CHECKSUM));
    fs->checksum_size = btrfs_checksum_size(fs->checksum.kind);
    memcpy(fs->block_uuid, super + (has_uuid ? SUPER_METADATA_UUID : SUPER_FSID), UUID_BYTES);
    fs->root_tree = (struct btrfs_tree){.block = le64(super + SUPER_ROOT),
                                        .generation = le64(super + SUPER_GENERATION),
                                        .level = super[SUPER_ROOT_LEVEL]};
}

/* ---- mounting ------------------------------------------------------------------------------- */

/* The newest device's. */
static int read_super(const struct volume *volume, const struct btrfs_devices *devices,
                      uint8_t *super)
{
    const struct source *source = devices->devices[0].source;
    unsigned copy;
    int error = btrfs_find_super(source, volume->cache, super, &copy);
    if (error == ERR_CORRUPT) {
        return fail(volume->log, error, "%s: btrfs superblock: its checksum is wrong",
                    source->name);
    }
    if (error == 0 && copy > 0) {
        log_line(volume->log, "%s: btrfs superblock: its checksum is wrong: copy %u is read",
                 source->name, copy);
    }
    return error;
}

static int make_scratch(const struct volume *volume, struct btrfs *fs)
{
    fs->blocks = btrfs_blocks_create(volume);
    fs->packed = btrfs_packed_create(volume->arena);
    fs->sector = arena_pages(volume->arena, fs->sector_size);
    return fs->blocks == NULL || fs->packed == NULL || fs->sector == NULL ? ERR_NO_MEMORY : 0;
}

/* First the chunks that the superblock lists, then in these all others. */
static int open_space(struct volume *volume, struct btrfs *fs, const struct btrfs_devices *devices,
                      const uint8_t *super)
{
    struct btrfs_space *first = arena_alloc(volume->arena, sizeof *first);
    struct btrfs_space *all = arena_alloc(volume->arena, sizeof *all);
    if (first == NULL || all == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = btrfs_space_open(first, volume, devices, super);
    if (error != 0) {
        return error;
    }
    fs->space = first;
    volume->source = &first->source;
    error = btrfs_space_load(all, volume, devices, super);
    fs->space = all;
    volume->source = &all->source;
    return error;
}

static int find_trees(struct volume *volume, struct btrfs *fs)
{
    int error = btrfs_find_tree(volume, CHECKSUM_TREE, &fs->checksum_tree);
    if (error != 0 && error != ERR_NOT_FOUND) { /* a file system without data has none */
        return error;
    }
    volume->root = (struct node_id){.tree = TOP_LEVEL, .object = FIRST_OBJECT};
    struct btrfs_tree top;
    error = btrfs_open_subvolume(volume, TOP_LEVEL, &top);
    if (error == 0) {
        error = btrfs_find_default(volume, &fs->default_tree);
    }
    if (error == 0 && fs->default_tree != TOP_LEVEL) {
        volume->default_root = (struct node_id){.tree = fs->default_tree, .object = FIRST_OBJECT};
    }
    return error;
}

static void describe(struct volume *volume, const struct btrfs *fs, const uint8_t *super,
                     size_t count)
{
    uint64_t wanted = le64(super + SUPER_DEVICES);
    bool has_log = le64(super + SUPER_LOG_ROOT) != 0;
    int used = snprintf(volume->details, sizeof volume->details, "btrfs, %u-byte nodes, %s%s",
                        fs->block_size, btrfs_checksum_name(fs->checksum.kind),
                        fs->log != NULL ? ", log replayed"
                        : has_log       ? ", log NOT replayed"
                                        : "");
    if (count < wanted) {
        (void)snprintf(volume->details + used, sizeof volume->details - (size_t)used,
                       ", %lu of %lu devices missing", wanted - count, wanted);
    }
    memcpy(volume->label, super + SUPER_LABEL, LABEL_SIZE - 1);
    volume_set_uuid(volume, super + SUPER_FSID);
}

static int mount_super(struct volume *volume, struct btrfs *fs, const struct btrfs_devices *devices,
                       const uint8_t *super)
{
    int error = check_features(volume, super);
    if (error != 0) {
        return error;
    }
    const char *wrong = wrong_field(super);
    if (wrong != NULL) {
        return fail(volume->log, ERR_CORRUPT, "%s: btrfs superblock: %s cannot be right",
                    volume->source->name, wrong);
    }
    take_fields(fs, super);
    volume->block_size = fs->sector_size;
    volume->shares_blocks = true;
    error = make_scratch(volume, fs);
    if (error == 0) {
        error = open_space(volume, fs, devices, super);
    }
    if (error == 0) {
        error = find_trees(volume, fs);
    }
    if (error == 0 && le64(super + SUPER_LOG_ROOT) != 0) {
        fs->log = btrfs_log_open(volume, super);
    }
    describe(volume, fs, super, devices->count);
    return error;
}

int btrfs_mount_devices(struct volume *volume, const struct btrfs_devices *devices)
{
    struct btrfs *fs = arena_alloc(volume->arena, sizeof *fs);
    uint8_t *super = arena_alloc(volume->arena, SUPER_SIZE);
    if (fs == NULL || super == NULL) {
        return ERR_NO_MEMORY;
    }
    volume->private = fs;
    int error = read_super(volume, devices, super);
    return error != 0 ? error : mount_super(volume, fs, devices, super);
}

/* A device that is the only one, or whose others are not there. */
static struct btrfs_devices *only_device(const struct volume *volume, const uint8_t *super)
{
    struct btrfs_devices *devices = arena_alloc(volume->arena, sizeof *devices);
    struct btrfs_device *device = arena_alloc(volume->arena, sizeof *device);
    if (devices == NULL || device == NULL) {
        return NULL;
    }
    device->id = le64(super + SUPER_DEVICE + DEVICE_ID);
    memcpy(device->uuid, super + SUPER_DEVICE + DEVICE_UUID, UUID_BYTES);
    device->source = volume->source;
    *devices = (struct btrfs_devices){.count = 1, .devices = device};
    return devices;
}

int btrfs_mount(struct volume *volume)
{
    uint8_t super[SUPER_SIZE];
    unsigned copy;
    int error = btrfs_find_super(volume->source, volume->cache, super, &copy);
    if (error != 0 && error != ERR_CORRUPT) {
        return error;
    }
    const struct btrfs_devices *devices = only_device(volume, super);
    return devices == NULL ? ERR_NO_MEMORY : btrfs_mount_devices(volume, devices);
}
