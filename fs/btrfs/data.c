/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A long run is read in windows: while one is verified, the next one is on its way.
 *
 *      | window, verified | window, in flight | ...
 */
#include "fs/btrfs/data.h"

#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/checksum.h"
#include "fs/btrfs/log.h"
#include "fs/btrfs/space.h"
#include "fs/transfer.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    WINDOW = 1016 << 10 /* bytes: two of the largest requests of blkfront (pvops/xen/blkring.h) */
};

bool btrfs_has_checksums(const struct node *node)
{
    return (btrfs_node_of(node)->flags & INODE_NO_CHECKSUMS) == 0;
}

/* ---- verifying ------------------------------------------------------------------------------ */

/* A run of whole sectors: where it is in the file, in the logical space, and in memory. */
struct sectors {
    const struct node *node;
    uint64_t offset, address;
    uint8_t *bytes;
    size_t length;
};

static int wrong_data(const struct sectors *sectors, size_t at, const char *what)
{
    return fail(sectors->node->volume->log, ERR_CORRUPT, "%s: btrfs inode %lu: byte %lu: %s",
                volume_subject(sectors->node->volume), sectors->node->id.object,
                sectors->offset + at, what);
}

/* Reads a sector whose checksum is wrong from the other copies. */
static int mend(const struct sectors *sectors, size_t at, const uint8_t *sum)
{
    struct volume *volume = sectors->node->volume;
    struct btrfs *fs = volume->private;
    uint64_t place;
    if (!btrfs_space_find(fs->space, sectors->address + at, fs->sector_size, &place)) {
        return wrong_data(sectors, at, btrfs_space_lack(fs->space));
    }
    for (unsigned copy = 0; copy < btrfs_space_copies(fs->space, place); copy++) {
        uint8_t *bytes = sectors->bytes + at;
        if (btrfs_space_read(fs->space, place, bytes, fs->sector_size, copy) == 0 &&
            btrfs_checksum_fits(&fs->checksum, bytes, fs->sector_size, sum)) {
            btrfs_report_damage(volume, sectors->address + at, "its checksum is wrong");
            return 0;
        }
    }
    return wrong_data(sectors, at, "its checksum is wrong");
}

/* The checksums from an address on, and of how many sectors they are. Returns 1, 0 or an error. */
static int find_in(const struct volume *volume, const struct btrfs_tree *tree, uint64_t address,
                   const uint8_t **sums, size_t *count)
{
    const struct btrfs *fs = volume->private;
    const struct btrfs_key key = {.object = CHECKSUMS, .type = TYPE_CHECKSUM, .offset = address};
    struct btrfs_item item;
    int found = btrfs_find_until(volume, tree, &key, &item);
    if (found <= 0 || item.key.type != TYPE_CHECKSUM || item.key.object != CHECKSUMS) {
        return found < 0 ? found : 0;
    }
    uint64_t index = (address - item.key.offset) / fs->sector_size;
    uint64_t there = item.size / fs->checksum_size;
    if (index >= there) {
        return 0;
    }
    *sums = item.bytes + index * fs->checksum_size;
    *count = there - index;
    return 1;
}

/* The same, at byte `at` of a run: what was synced has its checksums in a log. */
static int find_sums(const struct sectors *sectors, size_t at, const uint8_t **sums, size_t *count)
{
    const struct volume *volume = sectors->node->volume;
    const struct btrfs *fs = volume->private;
    uint64_t address = sectors->address + at;
    const struct btrfs_tree *log;
    int found = 0;
    for (unsigned i = 0; found == 0 && (log = btrfs_log_at(volume, i)) != NULL; i++) {
        found = find_in(volume, log, address, sums, count);
    }
    if (found == 0) {
        found = find_in(volume, &fs->checksum_tree, address, sums, count);
    }
    return found > 0 ? 0 : found < 0 ? found : wrong_data(sectors, at, "it has no checksum");
}

static int verify(const struct sectors *sectors)
{
    const struct btrfs *fs = sectors->node->volume->private;
    const uint8_t *sums = NULL;
    size_t count = 0;
    for (size_t at = 0; at < sectors->length; at += fs->sector_size) {
        int error = count == 0 ? find_sums(sectors, at, &sums, &count) : 0;
        if (error == 0 &&
            !btrfs_checksum_fits(&fs->checksum, sectors->bytes + at, fs->sector_size, sums)) {
            error = mend(sectors, at, sums);
        }
        if (error != 0) {
            return error;
        }
        sums += fs->checksum_size;
        count--;
    }
    return 0;
}

/* ---- reading -------------------------------------------------------------------------------- */

/* Starts to read the window at byte `at` of a run. Returns its length. */
static size_t start(struct transfer *transfer, const struct sectors *sectors, uint64_t place,
                    size_t at)
{
    const struct btrfs *fs = sectors->node->volume->private;
    size_t length = min_u64(sectors->length - at, WINDOW);
    transfer_start(transfer, &fs->space->source, place + at, sectors->bytes + at, length);
    return length;
}

/* Whole sectors, through two transfers in turn. */
static int read_sectors(const struct sectors *sectors, uint64_t place)
{
    struct transfer transfers[2];
    size_t length = start(&transfers[0], sectors, place, 0), at = 0;
    int result = 0;
    for (unsigned turn = 0; length > 0; turn++) {
        size_t next = result == 0 && at + length < sectors->length
                          ? start(&transfers[(turn + 1) % 2], sectors, place, at + length)
                          : 0;
        struct sectors window = *sectors;
        window.offset += at;
        window.address += at;
        window.bytes += at;
        window.length = length;
        int error = transfer_finish(&transfers[turn % 2]);
        if (result == 0) {
            result = error != 0 ? error : verify(&window);
        }
        at += length;
        length = next;
    }
    return result;
}

/* A part of one sector, by way of the whole of it. */
static int read_part(const struct node *node, uint64_t offset, uint64_t address, uint64_t place,
                     uint8_t *target, size_t length)
{
    const struct btrfs *fs = btrfs_of(node);
    uint32_t skip = address % fs->sector_size;
    const struct sectors sector = {.node = node,
                                   .offset = offset - skip,
                                   .address = address - skip,
                                   .bytes = fs->sector,
                                   .length = fs->sector_size};
    int error = read_sectors(&sector, place - skip);
    if (error == 0) {
        memcpy(target, fs->sector + skip, length);
    }
    return error;
}

static int read_verified(const struct node *node, uint64_t offset, uint64_t address, uint64_t place,
                         uint8_t *target, size_t length)
{
    uint32_t size = btrfs_of(node)->sector_size;
    for (size_t done = 0, count = 0; done < length; done += count) {
        uint32_t skip = (address + done) % size;
        bool is_part = skip != 0 || length - done < size;
        count = is_part ? min_u64(length - done, size - skip) : align_down(length - done, size);
        const struct sectors sectors = {.node = node,
                                        .offset = offset + done,
                                        .address = address + done,
                                        .bytes = target + done,
                                        .length = count};
        int error = is_part ? read_part(node, offset + done, address + done, place + done,
                                        target + done, count)
                            : read_sectors(&sectors, place + done);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

int btrfs_read_data(const struct node *node, uint64_t offset, uint64_t address, void *buffer,
                    size_t length)
{
    const struct btrfs *fs = btrfs_of(node);
    uint64_t place;
    if (!btrfs_space_find(fs->space, address, length, &place)) {
        return btrfs_wrong(node, btrfs_space_lack(fs->space));
    }
    return btrfs_has_checksums(node) ? read_verified(node, offset, address, place, buffer, length)
                                     : source_read(&fs->space->source, place, buffer, length);
}
