/* SPDX-License-Identifier: BSD-2-Clause */
/* Files and directories: what their record, and Rock Ridge in it, say of them. */
#include <string.h>

#include "fs/iso9660/iso9660.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"

enum {
    SECTIONS = 1024, /* of one file: 4 TiB */
    ZONE_SECONDS = 15 * 60,
};

int iso_record(const struct volume *volume, uint64_t place, struct iso_record *record)
{
    uint8_t length;
    record->place = place;
    memset(record->bytes, 0, sizeof record->bytes);
    int error = volume_read(volume, place, &length, sizeof length);
    if (error != 0) {
        return error;
    }
    if (length < RECORD_MIN || length > ISO_SECTOR - place % ISO_SECTOR) {
        return fail(volume->log, ERR_CORRUPT,
                    "%s: ISO 9660: there is no directory record at byte %lu",
                    volume_subject(volume), place);
    }
    error = volume_read(volume, place, record->bytes, length);
    if (error == 0 && R_NAME + record->bytes[R_NAME_LENGTH] > length) {
        return fail(volume->log, ERR_CORRUPT,
                    "%s: ISO 9660: the directory record at byte %lu is too short",
                    volume_subject(volume), place);
    }
    return error;
}

uint64_t iso_after(const struct iso_record *record)
{
    return record->place + record->bytes[R_LENGTH];
}

/* Years from 1900, month, day, hour, minute, second, and the zone's quarters of an hour. */
static int64_t seconds(const uint8_t *date)
{
    int64_t year = 1900 + date[0], month = date[1];
    int64_t march_year = month > 2 ? year : year - 1;
    int64_t march_month = month > 2 ? month - 3 : month + 9;
    int64_t leap_days = march_year / 4 - march_year / 100 + march_year / 400;
    int64_t day = 365 * march_year + leap_days + (153 * march_month + 2) / 5 + date[2] - 1 - 719468;
    return day * 86400 + date[3] * 3600 + date[4] * 60 + date[5] -
           (int64_t)(int8_t)date[6] * ZONE_SECONDS;
}

/* The record after one that says so; those of a sector's end leave a gap. */
static int next_section(const struct volume *volume, struct iso_record *record)
{
    uint64_t place = iso_after(record);
    uint8_t length = 0;
    if (place % ISO_SECTOR != 0) {
        int error = volume_read(volume, place, &length, sizeof length);
        if (error != 0) {
            return error;
        }
        place = length == 0 ? align_up(place, ISO_SECTOR) : place;
    }
    return iso_record(volume, place, record);
}

static bool is_last(const struct iso_record *record)
{
    return (record->bytes[R_FLAGS] & FLAG_CONTINUES) == 0;
}

/* Adds up the sections of a file. */
static int measure(struct node *node, struct iso_record *record)
{
    node->size = le32(record->bytes + R_SIZE);
    for (unsigned i = 0; !is_last(record); i++) {
        int error = next_section(node->volume, record);
        if (error != 0) {
            return error;
        }
        if (i == SECTIONS) {
            return fail(node->volume->log, ERR_TOO_LARGE,
                        "%s: ISO 9660: a file in more than %d pieces", volume_subject(node->volume),
                        (int)SECTIONS);
        }
        node->size += le32(record->bytes + R_SIZE);
    }
    return 0;
}

/* An entry that is shorter ends in zeros. */
static void take_attributes(struct node *node, const uint8_t *entry)
{
    uint32_t mode = le32(entry + U_DATA);
    node->mode = mode & 07777;
    node->type = mode_type((uint16_t)mode);
    node->links = le32(entry + PX_LINKS);
    node->owner = le32(entry + PX_OWNER);
    node->group = le32(entry + PX_GROUP);
}

/* Those who have no 64 bits for it leave the high half zero, and pack it into the low one. */
static void take_device(struct node *node, const uint8_t *entry)
{
    uint32_t high = le32(entry + U_DATA), low = le32(entry + PN_LOW);
    if (high == 0) {
        node_take_device(node, low);
    } else {
        node->major = high;
        node->minor = low;
    }
}

/* Mode, owner, device and packing. */
static int load_rock_ridge(struct node *node, const struct iso_record *record)
{
    struct iso_use use;
    int found;
    iso_use_begin(&use, node->volume, record, iso_of(node->volume)->skip);
    while ((found = iso_use_next(&use)) > 0) {
        if (iso_use_is(&use, "PX")) {
            take_attributes(node, use.entry);
        } else if (iso_use_is(&use, "PN")) {
            take_device(node, use.entry);
        } else if (iso_use_is(&use, "ZF")) {
            iso_node_of(node)->packed = true;
        }
    }
    return found;
}

int iso_load(struct node *node)
{
    struct iso_record record;
    int error = iso_record(node->volume, node->id.object, &record);
    if (error != 0) {
        return error;
    }
    bool is_directory = (record.bytes[R_FLAGS] & FLAG_DIRECTORY) != 0;
    node->type = is_directory ? NODE_DIRECTORY : NODE_FILE;
    node->mode = is_directory ? 0555 : 0444;
    node->mtime = seconds(record.bytes + R_DATE);
    iso_node_of(node)->section = record.place;
    if (iso_of(node->volume)->names == ISO_ROCK_RIDGE) {
        error = load_rock_ridge(node, &record);
    }
    if (error != 0) {
        return error;
    }
    if ((node->type == NODE_DIRECTORY) != is_directory) {
        return fail(node->volume->log, ERR_CORRUPT,
                    "%s: ISO 9660: the record at byte %lu is a directory and none",
                    volume_subject(node->volume), record.place);
    }
    return measure(node, &record);
}

/* The section that holds a byte, from the one that was found last on, or the first. */
static int find_section(struct node *node, uint64_t offset, struct iso_record *record)
{
    struct iso_node *iso_node = iso_node_of(node);
    if (offset < iso_node->section_start) {
        iso_node->section = node->id.object;
        iso_node->section_start = 0;
    }
    int error = iso_record(node->volume, iso_node->section, record);
    while (error == 0 && offset - iso_node->section_start >= le32(record->bytes + R_SIZE) &&
           !is_last(record)) {
        iso_node->section_start += le32(record->bytes + R_SIZE);
        error = next_section(node->volume, record);
        iso_node->section = record->place;
    }
    return error;
}

int iso_map(struct node *node, uint64_t offset, struct extent *extent)
{
    const struct volume *volume = node->volume;
    struct iso_record record;
    if (iso_node_of(node)->packed) {
        return fail(volume->log, ERR_UNSUPPORTED, "%s: it is packed by zisofs, which is not read",
                    volume_subject(volume));
    }
    int error = find_section(node, offset, &record);
    if (error != 0) {
        return error;
    }
    if (record.bytes[R_UNIT] != 0 || record.bytes[R_GAP] != 0) {
        return fail(volume->log, ERR_UNSUPPORTED, "%s: interleaved files are not read",
                    volume_subject(volume));
    }
    uint64_t within = offset - iso_node_of(node)->section_start;
    uint64_t size = le32(record.bytes + R_SIZE);
    extent->kind = EXTENT_BELOW;
    extent->length = size - min_u64(within, size);
    extent->offset =
        (iso_record_block(&record) + record.bytes[R_ATTRIBUTES]) * iso_of(volume)->block_size +
        within;
    return 0;
}

/* ---- links ---------------------------------------------------------------------------------- */

struct text {
    char *start;
    size_t used;
    bool after_slash; /* or at the start: nothing joins what comes next */
};

static bool put(struct text *text, const char *bytes, size_t length)
{
    if (length >= LINK_SIZE - text->used) {
        return false;
    }
    memcpy(text->start + text->used, bytes, length);
    text->used += length;
    text->start[text->used] = '\0';
    return true;
}

/* One component: flags, length, text. One that continues is joined to the next one. */
static bool put_component(struct text *text, const uint8_t *component)
{
    uint8_t flags = component[0];
    if (!text->after_slash && !put(text, "/", 1)) {
        return false;
    }
    text->after_slash = (flags & (SL_CONTINUES | SL_ROOT)) != 0;
    if ((flags & SL_ROOT) != 0) {
        return put(text, "/", 1);
    }
    if ((flags & (SL_CURRENT | SL_PARENT)) != 0) {
        return put(text, "..", (flags & SL_PARENT) != 0 ? 2 : 1);
    }
    return put(text, (const char *)component + 2, component[1]);
}

static bool put_components(struct text *text, const uint8_t *entry)
{
    unsigned end = entry[U_LENGTH];
    for (unsigned at = U_DATA + 1; at + 2 <= end;) {
        unsigned length = 2U + entry[at + 1];
        if (at + length > end || !put_component(text, entry + at)) {
            return false;
        }
        at += length;
    }
    return true;
}

int iso_link(struct node *node, char *text)
{
    struct text link = {.start = text, .after_slash = true};
    struct iso_record record;
    struct iso_use use;
    int found = iso_record(node->volume, node->id.object, &record);
    if (found != 0) {
        return found;
    }
    text[0] = '\0';
    iso_use_begin(&use, node->volume, &record, iso_of(node->volume)->skip);
    while ((found = iso_use_next(&use)) > 0) {
        if (iso_use_is(&use, "SL") && !put_components(&link, use.entry)) {
            return fail(node->volume->log, ERR_CORRUPT, "%s: ISO 9660: a link's text is damaged",
                        volume_subject(node->volume));
        }
    }
    return found;
}
