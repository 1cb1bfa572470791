/* SPDX-License-Identifier: BSD-2-Clause */
/* Mirrors of RAIDframe: one component is enough to read them. */
#include "fs/volume/raidframe.h"

#include <stdio.h>

#include "fs/cache.h"
#include "fs/volume/member.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { VERSION_LIMIT = 2, UNIT_LIMIT = 999 /* more are cut: it is a name, no more */ };

struct component {
    uint32_t version, serial, age, level, block_size, unit;
    uint64_t blocks;
};

static uint32_t load(const uint8_t *label, size_t offset, bool big_endian)
{
    return big_endian ? be32(label + offset) : le32(label + offset);
}

static struct component read_label(const uint8_t *label)
{
    uint32_t version = be32(label + COMPONENT_VERSION);
    bool big_endian = version >= 1 && version <= VERSION_LIMIT;
    return (struct component){
        .version = load(label, COMPONENT_VERSION, big_endian),
        .serial = load(label, COMPONENT_SERIAL, big_endian),
        .age = load(label, COMPONENT_AGE, big_endian),
        .level = load(label, COMPONENT_LEVEL, big_endian),
        .block_size = load(label, COMPONENT_BLOCK_SIZE, big_endian),
        .unit = load(label, COMPONENT_UNIT, big_endian),
        .blocks = load(label, COMPONENT_BLOCKS, big_endian) |
                  (uint64_t)load(label, COMPONENT_BLOCKS_HIGH, big_endian) << 32,
    };
}

/* Why it cannot be read, or NULL. */
static const char *refusal(const struct component *component, const struct source *source)
{
    uint64_t first = (uint64_t)COMPONENT_PROTECTED * component->block_size;
    uint64_t size;
    if (component->version < 1 || component->version > VERSION_LIMIT) {
        return "there is no component label";
    }
    if (component->level != '1') {
        return "only mirrors (RAID 1) can be read";
    }
    if (!is_power_of_two(component->block_size) || component->block_size < 512 ||
        component->block_size > 4096) {
        return "its block size cannot be right";
    }
    if (!checked_mul(component->blocks, component->block_size, &size) || size == 0 ||
        !range_within(first, size, source->size)) {
        return "its number of blocks cannot be right";
    }
    return NULL;
}

static int read_component(const struct partition *partition, struct cache *cache,
                          struct component *component)
{
    const struct source *source = &partition->slice.source;
    uint8_t label[COMPONENT_LABEL_SIZE];
    if (!range_within(COMPONENT_LABEL, sizeof label, source->size)) {
        *component = (struct component){0};
        return 0;
    }
    int error = cache_read(cache, source, COMPONENT_LABEL, label, sizeof label);
    if (error != 0) {
        return error;
    }
    *component = read_label(label);
    return 0;
}

static void fill(struct member *member, const struct component *component)
{
    (void)snprintf(member->array, sizeof member->array, "raidframe %u %u", component->serial,
                   component->unit);
    member->age = component->age;
    member->start = (uint64_t)COMPONENT_PROTECTED * component->block_size;
    member->size = component->blocks * component->block_size;
    member->sector_size = component->block_size;
    member->number = (unsigned)min_u64(component->unit, UNIT_LIMIT);
}

bool raidframe_may_be(const struct partition *partition)
{
    bool is_bare = partition->kind == PARTITION_DISK || partition->nests == NESTS_LABEL;
    return partition->content == CONTENT_RAIDFRAME || (is_bare && !partition->divided);
}

/* What is wrong with one that has the type is worth a line. */
int raidframe_recognise(const struct partition *partition, struct cache *cache,
                        struct member *member)
{
    const struct source *source = &partition->slice.source;
    bool has_type = partition->content == CONTENT_RAIDFRAME;
    struct component component;
    if (!raidframe_may_be(partition)) {
        return ERR_UNKNOWN;
    }
    int error = read_component(partition, cache, &component);
    if (error != 0) {
        return error;
    }
    const char *why = refusal(&component, source);
    if (why != NULL && !has_type) {
        return ERR_UNKNOWN;
    }
    (void)snprintf(member->format, sizeof member->format, "a RAIDframe component");
    if (why != NULL) {
        log_line(source->log, "%s: RAIDframe: %s", source->name, why);
        return 0;
    }
    fill(member, &component);
    return 0;
}
