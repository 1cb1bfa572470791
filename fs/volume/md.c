/* SPDX-License-Identifier: BSD-2-Clause */
/* Members of Linux's md are recognised; they are not assembled yet. */
#include "fs/volume/md.h"

#include <stdio.h>

#include "fs/cache.h"
#include "fs/volume/member.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"

enum {
    PLACE_1_2 = 4096,
    OLD_ALIGNMENT = 65536, /* bytes, of version 0.90 */
    END_DISTANCE = 8192,   /* bytes, at least, from version 1.0's to the end */
    END_ALIGNMENT = 4096,
    SECTOR = 512,
};

uint64_t md_place_0_90(uint64_t size)
{
    return size < 2 * OLD_ALIGNMENT ? 0 : align_down(size, OLD_ALIGNMENT) - OLD_ALIGNMENT;
}

uint64_t md_place_1_0(uint64_t size)
{
    return size < 2 * END_DISTANCE ? 0 : align_down(size - END_DISTANCE, END_ALIGNMENT);
}

static void describe(struct member *member, int32_t level, const char *version)
{
    if (level == MD_LEVEL_MIRROR) {
        (void)snprintf(member->format, sizeof member->format,
                       "a member of an md mirror (metadata %s)", version);
    } else {
        (void)snprintf(member->format, sizeof member->format,
                       "a member of an md array of level %d (metadata %s)", level, version);
    }
}

/* The superblock at `place`, if there is one of this major version. */
static int read_super(const struct partition *partition, struct cache *cache, uint64_t place,
                      uint32_t major, uint8_t super[MD_SUPER_SIZE])
{
    const struct source *source = &partition->slice.source;
    if (!range_within(place, MD_SUPER_SIZE, source->size)) {
        return ERR_UNKNOWN;
    }
    int error = cache_read(cache, source, place, super, MD_SUPER_SIZE);
    if (error != 0) {
        return error;
    }
    return le32(super) == MD_MAGIC && le32(super + MD_MAJOR) == major ? 0 : ERR_UNKNOWN;
}

static int recognise_1(const struct partition *partition, struct cache *cache, uint64_t place,
                       const char *version, struct member *member)
{
    uint8_t super[MD_SUPER_SIZE];
    int error = read_super(partition, cache, place, 1, super);
    if (error != 0) {
        return error;
    }
    if (le64(super + MD_SUPER_OFFSET) != place / SECTOR) {
        return ERR_UNKNOWN; /* it is a smaller or a larger partition's */
    }
    int32_t level = (int32_t)le32(super + MD_LEVEL);
    member->plain = level == MD_LEVEL_MIRROR && le64(super + MD_DATA_OFFSET) == 0;
    describe(member, level, version);
    return 0;
}

/*
 * Version 0.90 does not say where it begins: a superblock that a partition in this one has as well,
 * because both end in the same 64 KiB, is that one's.
 */
static bool is_of_another(const struct partition *partition, uint64_t place)
{
    for (const struct partition *p = partition->next; p != NULL; p = p->next) {
        if (partition_start(p) != partition_start(partition) &&
            partition_start(p) + md_place_0_90(p->slice.source.size) ==
                partition_start(partition) + place) {
            return true;
        }
    }
    return false;
}

static int recognise_0_90(const struct partition *partition, struct cache *cache,
                          struct member *member)
{
    uint8_t super[MD_SUPER_SIZE];
    uint64_t place = md_place_0_90(partition->slice.source.size);
    int error = place == 0 ? ERR_UNKNOWN : read_super(partition, cache, place, 0, super);
    if (error != 0) {
        return error;
    }
    if (is_of_another(partition, place)) {
        return ERR_UNKNOWN;
    }
    int32_t level = (int32_t)le32(super + MD_OLD_LEVEL);
    member->plain = level == MD_LEVEL_MIRROR;
    describe(member, level, "0.90");
    return 0;
}

/*
 * A partition table of the array's lies where the member begins only if the contents do. Beside
 * another table, a superblock at the beginning is left over.
 */
int md_recognise(const struct partition *partition, struct cache *cache, struct member *member)
{
    const struct {
        uint64_t place;
        const char *version;
    } places[] = {
        {md_place_1_0(partition->slice.source.size), "1.0"}, {0, "1.1"}, {PLACE_1_2, "1.2"}};
    size_t count = partition->divided ? 1 : sizeof places / sizeof places[0];
    for (size_t i = 0; i < count; i++) {
        int error = recognise_1(partition, cache, places[i].place, places[i].version, member);
        if (error != ERR_UNKNOWN) {
            return error;
        }
    }
    return recognise_0_90(partition, cache, member);
}
