/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/ext2/journal.h"

#include <string.h>

#include "fs/cache.h"
#include "fs/ext2/disk.h"
#include "fs/ext2/jbd2.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/crc32c.h"
#include "lib/error.h"
#include "lib/log.h"

enum { PIECE = 1024 /* bytes of a block that are summed at a time: every block has whole ones */ };

int journal_wrong(const struct journal *journal, const char *what)
{
    return fail(journal->volume->log, ERR_CORRUPT,
                "%s: ext4 journal cannot be replayed: its %s cannot be right; files written last "
                "may be read as they were before",
                journal->volume->source->name, what);
}

static int read_bytes(struct journal *journal, uint64_t offset, void *buffer, size_t length)
{
    return journal->device != NULL
               ? cache_read(journal->volume->cache, journal->device, offset, buffer, length)
               : node_read(&journal->node, offset, buffer, length);
}

/* ---- opening -------------------------------------------------------------------------------- */

static uint32_t count_fast_commit_blocks(const uint8_t *super)
{
    uint32_t count = be32(super + JS_FAST_COMMIT_BLOCKS);
    return count != 0 ? count : FAST_COMMIT_BLOCKS;
}

/* The superblock's own checksum is summed as zeros. */
static bool is_super_whole(const uint8_t *super)
{
    static const uint8_t zeros[J_CHECKSUM_SIZE];
    uint32_t sum = crc32c(UINT32_MAX, super, JS_CHECKSUM);
    sum = crc32c(sum, zeros, sizeof zeros);
    sum = crc32c(sum, super + JS_CHECKSUM + sizeof zeros, JS_SIZE - JS_CHECKSUM - sizeof zeros);
    return super[JS_CHECKSUM_TYPE] == CHECKSUM_TYPE_CRC32C && sum == be32(super + JS_CHECKSUM);
}

/* No block of a journal is that of another place in it: it cannot be larger than its device. */
static uint64_t most_blocks(const struct journal *journal)
{
    const struct source *device =
        journal->device != NULL ? journal->device : journal->volume->source;
    return min_u64(journal->size, device->size) / journal->block_size;
}

/* The name of the first field that cannot be, or NULL. */
static const char *wrong_field(const struct journal *journal, const uint8_t *super)
{
    uint32_t type = be32(super + JH_TYPE);
    if (be32(super) != JBD2_MAGIC || (type != JBD2_SUPER_V1 && type != JBD2_SUPER_V2)) {
        return "superblock";
    }
    if (type == JBD2_SUPER_V2 &&
        (be32(super + JS_FEATURE_INCOMPAT) & ~(uint32_t)JBD2_READABLE) != 0) {
        return "features";
    }
    if (journal->has_checksums && !is_super_whole(super)) {
        return "superblock's checksum";
    }
    if (be32(super + JS_BLOCK_SIZE) != journal->block_size ||
        be32(super + JS_MAXLEN) > most_blocks(journal)) {
        return "size";
    }
    if (journal->device != NULL && be32(super + JS_USERS) != 1) {
        return "number of file systems";
    }
    bool starts_inside = journal->start >= journal->first && journal->start < journal->end;
    if (journal->first <= journal->super || journal->first >= journal->end ||
        (journal->start != 0 && !starts_inside)) {
        return "ring (s_first, s_start)";
    }
    return NULL;
}

static void take_fields(struct journal *journal, const uint8_t *super)
{
    bool has_features = be32(super + JH_TYPE) == JBD2_SUPER_V2;
    uint32_t features = has_features ? be32(super + JS_FEATURE_INCOMPAT) : 0;
    uint32_t length = be32(super + JS_MAXLEN);
    journal->has_fast_commits = (features & JBD2_FAST_COMMIT) != 0;
    uint32_t fast = journal->has_fast_commits ? count_fast_commit_blocks(super) : 0;
    journal->end = fast < length ? length - fast : 0;
    journal->first = be32(super + JS_FIRST);
    journal->start = be32(super + JS_START);
    journal->sequence = be32(super + JS_SEQUENCE);
    journal->is_64bit = (features & JBD2_64BIT) != 0;
    journal->has_v3 = (features & JBD2_CSUM_V3) != 0;
    journal->has_checksums = (features & (JBD2_CSUM_V2 | JBD2_CSUM_V3)) != 0;
    journal->uuid_sum = crc32c(UINT32_MAX, super + JS_UUID, JS_UUID_SIZE);
}

static int take_super(struct journal *journal)
{
    uint8_t super[JS_SIZE];
    uint64_t place = (uint64_t)journal->super * journal->block_size;
    if (!range_within(place, sizeof super, journal->size)) {
        return journal_wrong(journal, "size");
    }
    int error = read_bytes(journal, place, super, sizeof super);
    if (error != 0) {
        return error;
    }
    take_fields(journal, super);
    const char *wrong = wrong_field(journal, super);
    return wrong != NULL ? journal_wrong(journal, wrong) : 0;
}

static int open_file(struct journal *journal, uint32_t number)
{
    int error = node_load(journal->volume, (struct node_id){.object = number}, &journal->node);
    if (error != 0) {
        return error;
    }
    journal->size = journal->node.size;
    return journal->node.type == NODE_FILE ? 0 : journal_wrong(journal, "inode");
}

/* A device begins as a file system does; blocks are counted from its start all the same. */
static void open_device(struct journal *journal, const struct source *device)
{
    journal->device = device;
    journal->size = device->size;
    journal->super = SUPER_OFFSET / journal->block_size + 1;
}

int journal_open(struct journal *journal, struct volume *volume, uint32_t number,
                 const struct source *device)
{
    *journal = (struct journal){.volume = volume, .block_size = volume->block_size};
    journal->block = arena_pages(volume->arena, volume->block_size);
    if (journal->block == NULL) {
        return ERR_NO_MEMORY;
    }
    if (device != NULL) {
        open_device(journal, device);
        return take_super(journal);
    }
    int error = open_file(journal, number);
    return error != 0 ? error : take_super(journal);
}

/* ---- places --------------------------------------------------------------------------------- */

struct journal_place journal_start(const struct journal *journal)
{
    return (struct journal_place){.block = journal->start, .left = journal->end - journal->first};
}

void journal_pass(const struct journal *journal, struct journal_place *place)
{
    place->left--;
    place->block++;
    if (place->block == journal->end) {
        place->block = journal->first;
    }
}

int journal_where(struct journal *journal, uint32_t block, uint64_t *offset)
{
    struct extent extent;
    if (journal->device != NULL) {
        *offset = (uint64_t)block * journal->block_size;
        return 0;
    }
    int error = node_where(&journal->node, (uint64_t)block * journal->block_size, &extent);
    if (error != 0) {
        return error;
    }
    if (extent.kind != EXTENT_BELOW || extent.length < journal->block_size) {
        return journal_wrong(journal, "place on the disk");
    }
    *offset = extent.offset;
    return 0;
}

/* ---- blocks --------------------------------------------------------------------------------- */

size_t journal_room(const struct journal *journal)
{
    return journal->block_size - (journal->has_checksums ? J_CHECKSUM_SIZE : 0);
}

static uint32_t sum_of(const struct journal *journal)
{
    return crc32c(journal->uuid_sum, journal->block, journal->block_size);
}

/*
 * Does a block's own checksum, which becomes zeros, agree with it? A commit can have been written in
 * part: what is after its fields was to be zeros.
 */
static bool is_whole(const struct journal *journal, uint32_t type)
{
    bool is_commit = type == JBD2_COMMIT;
    uint8_t *place = journal->block + (is_commit ? JC_CHECKSUM : journal_room(journal));
    uint32_t checksum = be32(place);
    memset(place, 0, J_CHECKSUM_SIZE);
    if (is_commit && checksum != sum_of(journal)) {
        memset(journal->block + JC_SIZE, 0, journal->block_size - JC_SIZE);
    }
    return checksum == sum_of(journal);
}

int journal_read(struct journal *journal, uint32_t block)
{
    return read_bytes(journal, (uint64_t)block * journal->block_size, journal->block,
                      journal->block_size);
}

int journal_read_header(struct journal *journal, uint32_t block, uint32_t sequence, bool *whole)
{
    const uint8_t *bytes = journal->block;
    int error = journal_read(journal, block);
    if (error != 0) {
        return error;
    }
    uint32_t type = be32(bytes + JH_TYPE);
    bool known = type == JBD2_DESCRIPTOR || type == JBD2_COMMIT || type == JBD2_REVOCATION;
    if (be32(bytes) != JBD2_MAGIC || be32(bytes + JH_SEQUENCE) != sequence || !known) {
        return 0;
    }
    *whole = !journal->has_checksums || is_whole(journal, type);
    return (int)type;
}

/* Adds a block to *sum. */
static int sum_block(struct journal *journal, uint32_t block, uint32_t *sum)
{
    uint8_t piece[PIECE];
    uint64_t start = (uint64_t)block * journal->block_size;
    for (uint32_t at = 0; at < journal->block_size; at += PIECE) {
        int error = read_bytes(journal, start + at, piece, PIECE);
        if (error != 0) {
            return error;
        }
        *sum = crc32c(*sum, piece, PIECE);
    }
    return 0;
}

int journal_check_listed(struct journal *journal, uint32_t block, uint32_t checksum, bool *whole)
{
    *whole = true;
    if (!journal->has_checksums) {
        return 0;
    }
    uint32_t sum = crc32c(journal->uuid_sum, journal->block + JH_SEQUENCE, JH_SIZE - JH_SEQUENCE);
    int error = sum_block(journal, block, &sum);
    *whole = checksum == (journal->has_v3 ? sum : sum & UINT16_MAX);
    return error;
}
