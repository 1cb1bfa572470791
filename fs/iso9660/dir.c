/* SPDX-License-Identifier: BSD-2-Clause */
/* Directories: their records, and the names in them. */
#include <string.h>

#include "fs/iso9660/iso9660.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/fold.h"
#include "lib/log.h"
#include "lib/utf.h"

/* What Rock Ridge says of an entry. */
struct rock_ridge {
    size_t length;  /* of the name so far; 0: there is none */
    bool moved;     /* it is listed elsewhere, where it belongs */
    bool is_link;   /* to a directory that was moved, */
    uint32_t block; /* here */
    enum node_type type;
};

/* ---- names ---------------------------------------------------------------------------------- */

/* "README.TXT;1" is readme.txt, and "README.;1" readme. */
static void plain_name(const uint8_t *bytes, size_t length, char *name)
{
    size_t used = 0;
    for (; used < length && bytes[used] != ';'; used++) {
        bool is_capital = bytes[used] >= 'A' && bytes[used] <= 'Z';
        name[used] = (char)(is_capital ? bytes[used] + ('a' - 'A') : bytes[used]);
    }
    used -= used > 1 && name[used - 1] == '.' ? 1 : 0;
    name[used] = '\0';
}

/* UTF-16, big-endian; a version's number is cut off. */
static void joliet_name(const uint8_t *bytes, size_t length, char *name)
{
    uint16_t units[RECORD_MAX / 2];
    size_t count = length / 2;
    for (size_t i = 0; i < count; i++) {
        units[i] = be16(bytes + 2 * i);
    }
    if (count > 2 && units[count - 2] == ';') {
        count -= 2;
    }
    utf16_to_utf8(name, units, count);
}

static void add_name(struct rock_ridge *found, const uint8_t *entry, char *name)
{
    size_t length = entry[U_LENGTH] > U_DATA ? entry[U_LENGTH] - (size_t)U_DATA - 1 : 0;
    length = min_u64(length, LONG_NAME_SIZE - 1 - found->length);
    memcpy(name + found->length, entry + U_DATA + 1, length);
    found->length += length;
    name[found->length] = '\0';
}

static int read_rock_ridge(const struct volume *volume, const struct iso_record *record,
                           struct rock_ridge *found, char *name)
{
    struct iso_use use;
    int more;
    *found = (struct rock_ridge){0};
    iso_use_begin(&use, volume, record, iso_of(volume)->skip);
    while ((more = iso_use_next(&use)) > 0) {
        if (iso_use_is(&use, "NM")) {
            add_name(found, use.entry, name);
        } else if (iso_use_is(&use, "RE")) {
            found->moved = true;
        } else if (iso_use_is(&use, "CL")) {
            found->is_link = true;
            found->block = le32(use.entry + U_DATA);
        } else if (iso_use_is(&use, "PX")) {
            found->type = mode_type((uint16_t)le32(use.entry + U_DATA));
        }
    }
    return more;
}

/* Fills in the entry. Returns 1, 0 when it is to be left out, or an error. */
static int fill(const struct volume *volume, const struct iso_record *record,
                struct dir_entry *entry)
{
    const uint8_t *bytes = record->bytes;
    struct rock_ridge found = {0};
    entry->id = (struct node_id){.object = record->place};
    entry->type = (bytes[R_FLAGS] & FLAG_DIRECTORY) != 0 ? NODE_DIRECTORY : NODE_FILE;
    if (iso_of(volume)->names == ISO_JOLIET) {
        joliet_name(bytes + R_NAME, bytes[R_NAME_LENGTH], entry->name);
    } else {
        plain_name(bytes + R_NAME, bytes[R_NAME_LENGTH], entry->name);
    }
    if (iso_of(volume)->names == ISO_ROCK_RIDGE) {
        int error = read_rock_ridge(volume, record, &found, entry->name);
        if (error != 0) {
            return error;
        }
        entry->type = found.type != NODE_OTHER ? found.type : entry->type;
    }
    if (found.is_link) { /* its own record is the first one there */
        entry->id.object = (uint64_t)found.block * iso_of(volume)->block_size;
        entry->type = NODE_DIRECTORY;
    }
    bool odd = entry->name[0] == '\0' || strchr(entry->name, '/') != NULL;
    return found.moved || odd || name_is_dots(entry->name) ? 0 : 1;
}

/* ---- records -------------------------------------------------------------------------------- */

/*
 * The record at *cursor of a directory, or the first in the sectors after it; *cursor moves past
 * it. Returns 1, 0 at the end, or an error.
 */
static int read_record(struct node *directory, uint64_t *cursor, struct iso_record *record)
{
    while (*cursor < directory->size) {
        struct extent extent;
        uint8_t length;
        int error = node_where(directory, *cursor, &extent);
        if (error == 0) {
            error = volume_read(directory->volume, extent.offset, &length, sizeof length);
        }
        if (error != 0) {
            return error;
        }
        if (length > 0) {
            error = iso_record(directory->volume, extent.offset, record);
            *cursor += length;
            return error != 0 ? error : 1;
        }
        *cursor = align_down(*cursor, ISO_SECTOR) + ISO_SECTOR;
    }
    return 0;
}

/* Those of a directory itself and its parent have names of one byte, 0 and 1. */
static bool is_dots(const struct iso_record *record)
{
    return record->bytes[R_NAME_LENGTH] == 1 && record->bytes[R_NAME] <= 1;
}

/* Passes over the records of a file's other sections. */
static int skip_sections(struct node *directory, uint64_t *cursor, const struct iso_record *first)
{
    struct iso_record record = *first;
    int found = 1;
    while (found > 0 && (record.bytes[R_FLAGS] & FLAG_CONTINUES) != 0) {
        found = read_record(directory, cursor, &record);
    }
    return found < 0 ? found : 0;
}

int iso_next(struct node *directory, uint64_t *cursor, struct dir_entry *entry)
{
    struct iso_record record = {0};
    int found;
    while ((found = read_record(directory, cursor, &record)) > 0) {
        if (is_dots(&record) || (record.bytes[R_FLAGS] & FLAG_ASSOCIATED) != 0) {
            continue;
        }
        int error = skip_sections(directory, cursor, &record);
        if (error != 0) {
            return error;
        }
        found = fill(directory->volume, &record, entry);
        if (found != 0) {
            return found;
        }
    }
    return found;
}

/* Rock Ridge's names differ by their case; others are found in any. */
int iso_lookup(struct node *directory, const char *name, struct dir_entry *entry)
{
    bool exact = iso_of(directory->volume)->names == ISO_ROCK_RIDGE;
    uint64_t cursor = 0;
    int found;
    while ((found = iso_next(directory, &cursor, entry)) > 0) {
        if (exact ? strcmp(entry->name, name) == 0 : fold_same(entry->name, name)) {
            return 1;
        }
    }
    return found;
}
