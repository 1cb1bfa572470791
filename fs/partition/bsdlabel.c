/* SPDX-License-Identifier: BSD-2-Clause */
/* BSD disklabels of NetBSD, OpenBSD and FreeBSD. */
#include "fs/partition/bsdlabel.h"

#include <stdio.h>

#include "fs/partition/table.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

struct label {
    uint8_t bytes[TABLE_SECTOR];
    bool big_endian;
    unsigned count;
    uint32_t sector_size;
};

struct label_entry {
    uint64_t offset, size; /* sectors */
    uint8_t type;          /* unused: also the whole slice or disk, in a place of its own */
};

/* ---- the label ------------------------------------------------------------------------------ */

static uint32_t load32(const struct label *label, size_t offset)
{
    return label->big_endian ? be32(label->bytes + offset) : le32(label->bytes + offset);
}

static uint16_t load16(const struct label *label, size_t offset)
{
    return label->big_endian ? be16(label->bytes + offset) : le16(label->bytes + offset);
}

static bool has_magic(struct label *label)
{
    label->big_endian = be32(label->bytes) == LABEL_MAGIC;
    return load32(label, 0) == LABEL_MAGIC && load32(label, LABEL_MAGIC2) == LABEL_MAGIC;
}

static bool checksum_is_right(const struct label *label)
{
    uint16_t sum = 0;
    size_t length = LABEL_ENTRIES + (size_t)label->count * LABEL_ENTRY_SIZE;
    for (size_t i = 0; i < length; i += 2) {
        sum ^= load16(label, i);
    }
    return sum == 0;
}

static const char *wrong_field(struct label *label)
{
    label->count = load16(label, LABEL_COUNT);
    label->sector_size = load32(label, LABEL_SECTOR_SIZE);
    if (label->count == 0 || label->count > LABEL_PARTITIONS) {
        return "number of partitions";
    }
    if (!checksum_is_right(label)) {
        return "checksum";
    }
    if (!is_power_of_two(label->sector_size) || label->sector_size < 512 ||
        label->sector_size > 4096) {
        return "sector size";
    }
    return NULL;
}

/* Returns 0, ERR_UNKNOWN where there is none, ERR_CORRUPT (logged) or an error of reading. */
static int read_label(const struct partition_finder *finder, const struct partition *slice,
                      uint64_t place, struct label *label)
{
    const struct source *source = &slice->slice.source;
    if (!range_within(place, sizeof label->bytes, source->size)) {
        return ERR_UNKNOWN;
    }
    int error = partition_read(finder, slice, place, label->bytes, sizeof label->bytes);
    if (error != 0) {
        return error;
    }
    if (!has_magic(label)) {
        return ERR_UNKNOWN;
    }
    const char *wrong = wrong_field(label);
    return wrong == NULL ? 0
                         : fail(source->log, ERR_CORRUPT,
                                "%s: BSD disklabel at byte %lu: the %s cannot be right",
                                source->name, place, wrong);
}

static int find_label(const struct partition_finder *finder, const struct partition *slice,
                      struct label *label)
{
    const uint32_t places[] = {512, finder->sector_size, 0, 64, 128};
    int error = ERR_UNKNOWN;
    for (size_t i = 0; error == ERR_UNKNOWN && i < sizeof places / sizeof places[0]; i++) {
        error = read_label(finder, slice, places[i], label);
    }
    return error;
}

/* ---- entries -------------------------------------------------------------------------------- */

static struct label_entry entry_at(const struct label *label, unsigned index)
{
    size_t at = LABEL_ENTRIES + (size_t)index * LABEL_ENTRY_SIZE;
    bool wide = load16(label, LABEL_VERSION) >= 1;
    uint64_t offset_high = wide ? load16(label, at + LABEL_OFFSET_HIGH) : 0;
    uint64_t size_high = wide ? load16(label, at + LABEL_SIZE_HIGH) : 0;
    return (struct label_entry){
        .offset = load32(label, at + LABEL_OFFSET_LOW) | offset_high << 32,
        .size = load32(label, at + LABEL_SIZE_LOW) | size_high << 32,
        .type = label->bytes[at + LABEL_TYPE],
    };
}

static void put_type(char *text, size_t size, uint8_t type)
{
    static const char *const names[] = {
        [1] = "swap",           [FSTYPE_FFS] = "4.2BSD", [8] = "MSDOS",      [9] = "4.4LFS",
        [FSTYPE_EXT] = "Linux", [FSTYPE_RAID] = "RAID",  [22] = "Apple UFS", [27] = "ZFS",
        [28] = "cgd",
    };
    if (type < sizeof names / sizeof names[0] && names[type] != NULL) {
        (void)snprintf(text, size, "%s", names[type]);
    } else {
        (void)snprintf(text, size, "%u", type);
    }
}

static enum content content_of(uint8_t type)
{
    switch (type) {
    case FSTYPE_FFS:
        return CONTENT_FFS;
    case FSTYPE_EXT:
        return CONTENT_EXT;
    case FSTYPE_RAID:
        return CONTENT_RAIDFRAME;
    default:
        return CONTENT_ANY;
    }
}

/* Where an entry's offsets count from, in bytes of the device, and what to subtract from them. */
struct origin {
    uint64_t start;   /* bytes */
    uint64_t sectors; /* the offset that means `start` */
};

static struct origin find_origin(const struct label *label, const struct partition *slice,
                                 bool relative)
{
    struct origin origin = {0};
    if (relative) {
        origin.start = slice->slice.offset;
        origin.sectors = label->count > LABEL_RAW ? entry_at(label, LABEL_RAW).offset : 0;
    }
    return origin;
}

static int add_entry(struct partition_finder *finder, const struct partition *device,
                     struct partition *slice, const struct label *label,
                     const struct origin *origin, unsigned index, unsigned order)
{
    const struct source *source = &slice->slice.source;
    struct label_entry entry = entry_at(label, index);
    struct partition what = {
        .kind = PARTITION_BSD, .index = index, .order = order, .content = content_of(entry.type)};
    if (entry.offset < origin->sectors) {
        log_line(source->log, "%s: BSD disklabel: %c begins before its slice, and is left out",
                 source->name, 'a' + (int)index);
        return 0;
    }
    put_type(what.type, sizeof what.type, entry.type);
    uint64_t offset = (entry.offset - origin->sectors) * label->sector_size;
    return partition_add(finder, device, slice, &what, origin->start + offset,
                         entry.size * label->sector_size);
}

int bsdlabel_find(struct partition_finder *finder, const struct partition *device,
                  struct partition *slice, bool relative)
{
    struct label label;
    unsigned order = 0;
    int error = find_label(finder, slice, &label);
    if (error != 0) {
        return error;
    }
    struct origin origin = find_origin(&label, slice, relative);
    slice->table = "BSD disklabel";
    for (unsigned i = 0; error == 0 && i < label.count; i++) {
        struct label_entry entry = entry_at(&label, i);
        if (entry.type != FSTYPE_UNUSED && entry.size > 0) {
            error = add_entry(finder, device, slice, &label, &origin, i, order++);
        }
    }
    return error;
}
