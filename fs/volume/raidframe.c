/* SPDX-License-Identifier: BSD-2-Clause */
/* Mirrors of RAIDframe: one component is enough to read them. */
#include "fs/volume/raidframe.h"

#include <stdio.h>

#include "fs/cache.h"
#include "fs/volume/assemble.h"
#include "fs/volume/member.h"
#include "fs/volume/mirror.h"
#include "lib/arena.h"
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

static int fill(struct member *member, const struct component *component, struct arena *arena)
{
    struct component *copy = arena_alloc(arena, sizeof *copy);
    if (copy == NULL) {
        return ERR_NO_MEMORY;
    }
    *copy = *component;
    (void)snprintf(member->array, sizeof member->array, "%u %u", component->serial,
                   component->unit);
    member->age = component->age;
    member->private = copy;
    return 0;
}

bool raidframe_may_be(const struct partition *partition)
{
    bool is_bare = partition->kind == PARTITION_DISK || partition->nests == NESTS_LABEL;
    return partition->content == CONTENT_RAIDFRAME || (is_bare && !partition->divided);
}

/* What is wrong with one that has the type is worth a line. */
static int recognise(const struct partition *partition, struct cache *cache, struct arena *arena,
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
    return fill(member, &component, arena);
}

/* ---- assembling ----------------------------------------------------------------------------- */

/* The number that it had last or, where another one has that, the next that is free. */
static unsigned free_number(const struct assembly *assembly, uint32_t unit)
{
    unsigned number = (unsigned)min_u64(unit, UNIT_LIMIT);
    const struct logical_disk *disk = assembly->disks;
    while (disk != NULL) {
        bool taken = disk->is_raidframe && disk->number == number;
        number += taken ? 1 : 0;
        disk = taken ? assembly->disks : disk->next;
    }
    return number;
}

/* Makes `member` one half, unless it is too short, which is logged. Returns 0 or ERR_NO_MEMORY. */
static int join(const struct assembly *assembly, struct logical_disk *disk, struct mirror *mirror,
                struct member *member)
{
    const struct component *component = member->private;
    const struct source *source = &member->partition->slice.source;
    uint64_t start = (uint64_t)COMPONENT_PROTECTED * component->block_size;
    int error = mirror_add(mirror, source, start, assembly->arena);
    if (error != 0) {
        return error == ERR_RANGE ? 0 : error;
    }
    disk->description =
        disk->description == NULL
            ? arena_format(assembly->arena, "mirror of %s", source->name)
            : arena_format(assembly->arena, "%s, %s", disk->description, source->name);
    member->disk = disk;
    member->whole = arena_format(assembly->arena, "(%s)", mirror->source.name);
    return disk->description == NULL || member->whole == NULL ? ERR_NO_MEMORY : 0;
}

/* The mirror's size is the newest component's, which is known to fit. */
static int assemble_mirror(struct assembly *assembly, struct member *newest)
{
    const struct component *component = newest->private;
    struct logical_disk *disk = arena_alloc(assembly->arena, sizeof *disk);
    struct mirror *mirror = arena_alloc(assembly->arena, sizeof *mirror);
    unsigned number = free_number(assembly, component->unit);
    const char *name = arena_format(assembly->arena, "raid%u", number);
    if (disk == NULL || mirror == NULL || name == NULL) {
        return ERR_NO_MEMORY;
    }
    *disk = (struct logical_disk){.contents = &mirror->source,
                                  .protection = "it is on a mirror, and only one half would change",
                                  .member = newest,
                                  .is_raidframe = true,
                                  .number = number};
    mirror_open(mirror, component->blocks * component->block_size, name, assembly->log);
    int error = join(assembly, disk, mirror, newest);
    for (struct member *other = assembly_next(assembly, newest, NULL); error == 0 && other != NULL;
         other = assembly_next(assembly, newest, other)) {
        error = other == newest ? 0 : join(assembly, disk, mirror, other);
    }
    return error != 0 ? error : assembly_add(assembly, disk, component->block_size);
}

const struct member_type raidframe_type = {.recognise = recognise, .assemble = assemble_mirror};
