/* SPDX-License-Identifier: BSD-2-Clause */
/* Physical volumes of LVM2: their labels, and which volume group they belong to. */
#include "fs/volume/lvm.h"

#include <stdio.h>
#include <string.h>

#include "fs/cache.h"
#include "fs/volume/member.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum { TEXT_LIMIT = 4 << 20 /* bytes */ };

static bool is_label(const uint8_t *sector)
{
    return memcmp(sector, LVM_LABEL, LVM_WORD_SIZE) == 0 &&
           memcmp(sector + LVM_LABEL_TYPE, LVM_TYPE, LVM_WORD_SIZE) == 0;
}

/* The first text whose area is in the list that begins at `at`, and is used. */
static int find_text(const struct source *source, struct cache *cache, const uint8_t *at,
                     const uint8_t *end, struct lvm_place *text)
{
    uint8_t area[LVM_SECTOR_SIZE];
    for (; end - at >= LVM_PLACE_SIZE && le64(at) != 0; at += LVM_PLACE_SIZE) {
        uint64_t offset = le64(at);
        if (!range_within(offset, sizeof area, source->size)) {
            return fail(source->log, ERR_CORRUPT, "%s: LVM: a metadata area is past its end",
                        source->name);
        }
        int error = cache_read(cache, source, offset, area, sizeof area);
        if (error != 0) {
            return error;
        }
        const uint8_t *place = area + LVM_AREA_TEXT;
        if (memcmp(area + LVM_AREA_MAGIC, LVM_MAGIC, LVM_MAGIC_SIZE) != 0 ||
            lvm_checksum(area + LVM_AREA_MAGIC, sizeof area - LVM_AREA_MAGIC) != le32(area)) {
            log_line(source->log, "%s: LVM: the checksum of a metadata area is wrong",
                     source->name);
        } else if (le64(place + LVM_TEXT_OFFSET) != 0 &&
                   (le32(place + LVM_TEXT_FLAGS) & LVM_TEXT_IGNORED) == 0) {
            *text = (struct lvm_place){
                .area = offset,
                .area_size = le64(area + LVM_AREA_SIZE),
                .offset = le64(place + LVM_TEXT_OFFSET),
                .size = (uint32_t)min_u64(le64(place + LVM_TEXT_SIZE), UINT32_MAX),
                .checksum = le32(place + LVM_TEXT_CHECKSUM)};
            return 0;
        }
    }
    return 0;
}

/* After the list of data areas comes that of metadata areas. */
static const uint8_t *skip_list(const uint8_t *at, const uint8_t *end)
{
    while (end - at >= LVM_PLACE_SIZE && le64(at) != 0) {
        at += LVM_PLACE_SIZE;
    }
    return end - at >= LVM_PLACE_SIZE ? at + LVM_PLACE_SIZE : end;
}

static int read_label(const struct source *source, struct cache *cache, const uint8_t *sector,
                      struct lvm_volume *volume)
{
    const uint8_t *end = sector + LVM_SECTOR_SIZE;
    uint32_t offset = le32(sector + LVM_LABEL_OFFSET);
    if (lvm_checksum(sector + LVM_LABEL_OFFSET, LVM_SECTOR_SIZE - LVM_LABEL_OFFSET) !=
        le32(sector + LVM_LABEL_CHECKSUM)) {
        return fail(source->log, ERR_CORRUPT, "%s: LVM label: its checksum is wrong", source->name);
    }
    if (!range_within(offset, LVM_PV_PLACES, LVM_SECTOR_SIZE)) {
        return fail(source->log, ERR_CORRUPT, "%s: LVM label: its offset cannot be right",
                    source->name);
    }
    memcpy(volume->uuid, sector + offset, LVM_UUID_SIZE);
    return find_text(source, cache, skip_list(sector + offset + LVM_PV_PLACES, end), end,
                     &volume->text);
}

int lvm_read_text(const struct member *member, const struct lvm_place *place, struct arena *arena,
                  struct lvm_section *text)
{
    const struct source *source = &member->partition->slice.source;
    uint64_t first =
        min_u64(place->size, place->area_size - min_u64(place->offset, place->area_size));
    uint64_t rest = place->size - first;
    if (place->size > TEXT_LIMIT || place->area_size < LVM_SECTOR_SIZE ||
        rest > place->area_size - LVM_SECTOR_SIZE ||
        !range_within(place->area, place->area_size, source->size)) {
        return fail(source->log, ERR_CORRUPT, "%s: LVM: the place of the metadata cannot be right",
                    source->name);
    }
    char *bytes = (char *)arena_pages(arena, place->size + 1);
    if (bytes == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = source_read(source, place->area + place->offset, bytes, first);
    if (error != 0) {
        return error;
    }
    error = source_read(source, place->area + LVM_SECTOR_SIZE, bytes + first, rest);
    if (error != 0) {
        return error;
    }
    if (lvm_checksum(bytes, place->size) != place->checksum) {
        return fail(source->log, ERR_CORRUPT, "%s: LVM: the checksum of the metadata is wrong",
                    source->name);
    }
    *text = (struct lvm_section){bytes, bytes + place->size};
    return 0;
}

/* The volume group's UUID, and how often its metadata have changed. */
static int read_group(struct member *member, const struct lvm_volume *volume, struct arena *arena)
{
    struct lvm_section text, group;
    const char *cursor = NULL;
    char name[LVM_NAME_SIZE];
    int error = lvm_read_text(member, &volume->text, arena, &text);
    if (error != 0) {
        return error;
    }
    if (!lvm_next_section(&text, &cursor, name, &group) ||
        !lvm_string(&group, "id", member->array, sizeof member->array) ||
        !lvm_number(&group, "seqno", &member->age)) {
        member->array[0] = '\0';
        const struct source *source = &member->partition->slice.source;
        return fail(source->log, ERR_CORRUPT, "%s: LVM: the metadata name no volume group",
                    source->name);
    }
    return 0;
}

/* What is wrong with its metadata leaves a member that others may know. */
static int fill(struct member *member, const struct lvm_volume *volume, struct arena *arena)
{
    struct lvm_volume *copy = arena_alloc(arena, sizeof *copy);
    if (copy == NULL) {
        return ERR_NO_MEMORY;
    }
    *copy = *volume;
    member->private = copy;
    if (volume->text.size == 0) {
        return 0;
    }
    size_t mark = arena_mark(arena);
    int error = read_group(member, volume, arena);
    arena_release(arena, mark);
    return error == ERR_NO_MEMORY ? error : 0;
}

static int recognise(const struct partition *partition, struct cache *cache, struct arena *arena,
                     struct member *member)
{
    const struct source *source = &partition->slice.source;
    struct lvm_volume volume = {0};
    uint8_t sectors[LVM_SECTORS * LVM_SECTOR_SIZE];
    if (partition->divided || !range_within(0, sizeof sectors, source->size)) {
        return ERR_UNKNOWN; /* beside a partition table it is left over */
    }
    int error = cache_read(cache, source, 0, sectors, sizeof sectors);
    if (error != 0) {
        return error;
    }
    (void)snprintf(member->format, sizeof member->format, "a physical volume of LVM");
    for (unsigned i = 0; i < LVM_SECTORS; i++) {
        const uint8_t *sector = sectors + (size_t)i * LVM_SECTOR_SIZE;
        if (is_label(sector)) {
            error = read_label(source, cache, sector, &volume);
            return error != 0 ? 0
                              : fill(member, &volume, arena); /* logged: a member all the same */
        }
    }
    return ERR_UNKNOWN;
}

/* Metadata that are old are replaced by newer ones; the volume's contents are not. */
const struct member_type lvm_type = {
    .recognise = recognise, .assemble = lvm_assemble, .slack = UINT32_MAX, .comes_last = true};
