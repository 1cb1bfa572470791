/* SPDX-License-Identifier: BSD-2-Clause */
/* Chunks as they are on disk: which devices, and how their stripes are dealt. */
#include <string.h>

#include "fs/btrfs/btrfs.h"
#include "fs/btrfs/space.h"
#include "fs/volume/leg.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { SYSTEM_CHUNKS = SUPER_SYSTEM_LIMIT / (KEY_SIZE + CHUNK_HEADER_SIZE + STRIPE_SIZE) };

/* ---- profiles ------------------------------------------------------------------------------- */

/* How many copies groups have, and how many stripes at least; copies 0: all stripes are copies. */
static const struct profile {
    uint32_t bits;
    unsigned copies, parities, least;
} profiles[] = {
    {0, 1, 0, 1},
    {PROFILE_DUP, 0, 0, 1},
    {PROFILE_RAID0, 1, 0, 1},
    {PROFILE_RAID1, 0, 0, 1},
    {PROFILE_RAID1C3, 0, 0, 1},
    {PROFILE_RAID1C4, 0, 0, 1},
    {PROFILE_RAID10, 2, 0, 2},
    {PROFILE_RAID5, 1, 1, 2},
    {PROFILE_RAID6, 1, 2, 3},
};

static const struct profile *find_profile(uint64_t type)
{
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (profiles[i].bits == (type & ~(uint64_t)CHUNK_TYPES)) {
            return &profiles[i];
        }
    }
    return NULL;
}

static bool is_dealt(const struct btrfs_chunk *chunk)
{
    return chunk->count > chunk->copies || chunk->parities > 0;
}

/* Bytes of each leg; 0: the chunk cannot be dealt so. */
static uint64_t leg_length(const struct btrfs_chunk *chunk)
{
    unsigned shares = (chunk->count - chunk->parities) / chunk->copies;
    uint64_t length = chunk->length / shares;
    bool fits =
        chunk->length % shares == 0 && (!is_dealt(chunk) || length % chunk->stripe_length == 0);
    return fits ? length : 0;
}

/* What is wrong with a chunk's fields, or NULL; takes them. */
static const char *take_fields(struct btrfs_chunk *chunk, const uint8_t *item, uint32_t size)
{
    chunk->length = le64(item + CHUNK_LENGTH);
    chunk->stripe_length = le64(item + CHUNK_STRIPE_LENGTH);
    chunk->count = le16(item + CHUNK_STRIPES);
    const struct profile *profile = find_profile(le64(item + CHUNK_TYPE));
    if (profile == NULL) {
        return "its profile is none that is known";
    }
    if (chunk->count < profile->least || chunk->count > PARITY_COLUMNS ||
        size < CHUNK_HEADER_SIZE + chunk->count * (uint32_t)STRIPE_SIZE) {
        return "its number of stripes cannot be right";
    }
    chunk->copies = profile->copies != 0 ? profile->copies : chunk->count;
    chunk->parities = profile->parities;
    if (profile->bits == PROFILE_RAID10 &&
        (le16(item + CHUNK_SUBSTRIPES) != chunk->copies || chunk->count % chunk->copies != 0)) {
        return "its copies cannot be right";
    }
    if (profile->bits == 0 && chunk->count != 1) {
        return "its number of stripes cannot be right";
    }
    if (!is_power_of_two(chunk->stripe_length) || chunk->stripe_length < BLOCK_LEAST ||
        chunk->stripe_length > UINT32_MAX) {
        return "its stripes have a length that cannot be right";
    }
    return chunk->length == 0 || leg_length(chunk) == 0 ? "its length cannot be right" : NULL;
}

/* ---- legs ----------------------------------------------------------------------------------- */

static const struct source *find_device(const struct btrfs_devices *devices, const uint8_t *stripe)
{
    for (size_t i = 0; i < devices->count; i++) {
        const struct btrfs_device *device = &devices->devices[i];
        if (device->id == le64(stripe + STRIPE_DEVICE) &&
            memcmp(device->uuid, stripe + STRIPE_UUID, UUID_BYTES) == 0) {
            return device->source;
        }
    }
    return NULL;
}

/* Finds the devices of a chunk's legs. NULL, or what is wrong. */
static const char *take_legs(struct btrfs_space *space, struct btrfs_chunk *chunk,
                             const uint8_t *item)
{
    uint64_t length = leg_length(chunk);
    for (unsigned i = 0; i < chunk->count; i++) {
        const uint8_t *stripe = item + CHUNK_HEADER_SIZE + (size_t)i * STRIPE_SIZE;
        const struct source *device = find_device(space->devices, stripe);
        uint64_t offset = le64(stripe + STRIPE_OFFSET);
        if (device != NULL && !range_within(offset, length, device->size)) {
            return "it leaves its device";
        }
        if (device != NULL && length > space->room) {
            return "it and those before it take more than the devices have";
        }
        space->room -= device != NULL ? length : 0;
        chunk->legs[i] = (struct leg){.below = device, .offset = offset};
        chunk->missing += device == NULL ? 1 : 0;
    }
    return NULL;
}

/* ---- the list ------------------------------------------------------------------------------- */

static int wrong_chunk(const struct volume *volume, uint64_t address, const char *what)
{
    return fail(volume->log, ERR_CORRUPT, "%s: btrfs chunk %lu: %s", volume->source->name, address,
                what);
}

static bool follows(const struct btrfs_space *space, const struct btrfs_chunk *chunk)
{
    const struct btrfs_chunk *last = space->count > 0 ? &space->chunks[space->count - 1] : NULL;
    uint64_t end;
    return checked_add(chunk->address, chunk->length, &end) &&
           (last == NULL || last->address + last->length <= chunk->address);
}

/* Checks a chunk item and adds it after all others. Errors as btrfs_space_open's. */
static int add_chunk(struct btrfs_space *space, const struct volume *volume,
                     const struct btrfs_key *key, const uint8_t *item, uint32_t size)
{
    struct btrfs_chunk chunk = {.address = key->offset, .place = space->source.size};
    if (size < CHUNK_HEADER_SIZE) {
        return wrong_chunk(volume, key->offset, "it is too short");
    }
    const char *what = take_fields(&chunk, item, size);
    if (what != NULL) {
        return wrong_chunk(volume, key->offset, what);
    }
    chunk.legs = arena_array(volume->arena, chunk.count, sizeof *chunk.legs);
    if (chunk.legs == NULL) {
        return ERR_NO_MEMORY;
    }
    what = take_legs(space, &chunk, item);
    if (what != NULL || !follows(space, &chunk)) {
        return wrong_chunk(volume, key->offset, what != NULL ? what : "it meets another one");
    }
    if (chunk.missing == chunk.count) {
        space->lacks = true;
        return 0;
    }
    if (!checked_add(space->source.size, chunk.length, &space->source.size)) {
        return wrong_chunk(volume, key->offset, "its length cannot be right");
    }
    space->chunks[space->count++] = chunk;
    return 0;
}

/* Scratch, where it is wanted: the same for all chunks, of which one is read at a time. */
static int open_parity(struct btrfs_space *space, const struct volume *volume)
{
    unsigned parities = 0;
    for (size_t i = 0; i < space->count; i++) {
        parities = space->chunks[i].parities > parities ? space->chunks[i].parities : parities;
    }
    if (parities == 0) {
        return 0;
    }
    struct parity_layout layout = {.parities = parities};
    space->parity.source = space->source;
    space->legs = arena_array(volume->arena, PARITY_COLUMNS, sizeof *space->legs);
    return space->legs == NULL ? ERR_NO_MEMORY
                               : parity_open(&space->parity, &layout, space->legs, volume->arena);
}

/* An empty one with room for so many chunks. Returns 0 or ERR_NO_MEMORY. */
static int begin(struct btrfs_space *space, const struct volume *volume,
                 const struct btrfs_devices *devices, size_t count)
{
    *space = (struct btrfs_space){
        .devices = devices, .chunks = arena_array(volume->arena, count, sizeof *space->chunks)};
    btrfs_space_begin(space, volume->source);
    for (size_t i = 0; i < devices->count; i++) {
        space->room += devices->devices[i].source->size;
    }
    return space->chunks == NULL ? ERR_NO_MEMORY : 0;
}

int btrfs_space_open(struct btrfs_space *space, const struct volume *volume,
                     const struct btrfs_devices *devices, const uint8_t *super)
{
    const uint8_t *at = super + SUPER_SYSTEM, *end = at + le32(super + SUPER_SYSTEM_SIZE);
    int error = begin(space, volume, devices, SYSTEM_CHUNKS);
    while (error == 0 && end - at > KEY_SIZE + CHUNK_HEADER_SIZE) {
        const uint8_t *item = at + KEY_SIZE;
        struct btrfs_key key = btrfs_key_at(at);
        error = add_chunk(space, volume, &key, item, (uint32_t)(end - item));
        at = item + CHUNK_HEADER_SIZE + (size_t)le16(item + CHUNK_STRIPES) * STRIPE_SIZE;
    }
    return error != 0 ? error : open_parity(space, volume);
}

/* ---- the chunk tree ------------------------------------------------------------------------- */

static const struct btrfs_key first_chunk = {.object = CHUNKS, .type = TYPE_CHUNK};

static int count_chunks(const struct volume *volume, const struct btrfs_tree *tree, size_t *count)
{
    struct btrfs_key key = first_chunk;
    struct btrfs_item item;
    int found;
    for (*count = 0; (found = btrfs_next_of(volume, tree, &key, &item)) > 0; ++*count) {
    }
    return found;
}

static int add_chunks(struct btrfs_space *space, const struct volume *volume,
                      const struct btrfs_tree *tree)
{
    struct btrfs_key key = first_chunk;
    struct btrfs_item item;
    int found;
    while ((found = btrfs_next_of(volume, tree, &key, &item)) > 0) {
        int error = add_chunk(space, volume, &item.key, item.bytes, item.size);
        if (error != 0) {
            return error;
        }
    }
    return found;
}

int btrfs_space_load(struct btrfs_space *space, const struct volume *volume,
                     const struct btrfs_devices *devices, const uint8_t *super)
{
    const struct btrfs_tree tree = {.block = le64(super + SUPER_CHUNK_ROOT),
                                    .generation = le64(super + SUPER_CHUNK_GENERATION),
                                    .level = super[SUPER_CHUNK_LEVEL]};
    size_t count;
    int error = count_chunks(volume, &tree, &count);
    if (error != 0) {
        return error;
    }
    error = begin(space, volume, devices, count);
    if (error == 0) {
        error = add_chunks(space, volume, &tree);
    }
    return error != 0 ? error : open_parity(space, volume);
}
