/* SPDX-License-Identifier: BSD-2-Clause */
/* Mounting: the descriptors, and which of the names that there are count. */
#include <stdio.h>
#include <string.h>

#include "fs/iso9660/iso9660.h"
#include "lib/arena.h"
#include "lib/bytes.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "lib/utf.h"

/* Which descriptors there are, by their places; 0: none. */
struct found {
    uint64_t primary, joliet;
};

static bool is_joliet(const uint8_t *descriptor)
{
    const uint8_t *escape = descriptor + V_ESCAPE;
    return escape[0] == '%' && escape[1] == '/' &&
           (escape[2] == '@' || escape[2] == 'C' || escape[2] == 'E');
}

static bool has_mark(const uint8_t *descriptor)
{
    return memcmp(descriptor + V_MARK, "CD001", strlen("CD001")) == 0;
}

/* Looks through the descriptors. ERR_UNKNOWN: there is no primary one. */
static int find_descriptors(const struct volume *volume, struct found *found)
{
    uint8_t start[V_ROOT];
    *found = (struct found){0};
    for (unsigned i = 0; i < ISO_DESCRIPTOR_LIMIT; i++) {
        uint64_t place = ISO_DESCRIPTORS + (uint64_t)i * ISO_SECTOR;
        if (!range_within(place, ISO_SECTOR, volume->source->size)) {
            break;
        }
        int error = volume_read(volume, place, start, sizeof start);
        if (error != 0) {
            return error;
        }
        if (!has_mark(start) || start[0] == DESCRIPTOR_END) {
            break;
        }
        if (start[0] == DESCRIPTOR_PRIMARY && found->primary == 0) {
            found->primary = place;
        } else if (start[0] == DESCRIPTOR_SUPPLEMENTARY && is_joliet(start)) {
            found->joliet = place;
        }
    }
    return found->primary != 0 ? 0 : ERR_UNKNOWN;
}

/* Rock Ridge is there when the root's own record begins its system use with SP. */
static int find_rock_ridge(const struct volume *volume, const struct iso_record *root,
                           struct iso *iso)
{
    struct iso_record self;
    struct iso_use use;
    int found = iso_record(volume, iso_record_block(root) * iso->block_size, &self);
    if (found != 0) {
        return found;
    }
    iso_use_begin(&use, volume, &self, 0);
    found = iso_use_next(&use);
    if (found <= 0 || !iso_use_is(&use, "SP")) {
        return found < 0 ? found : 0;
    }
    iso->skip = use.entry[SP_SKIP];
    while ((found = iso_use_next(&use)) > 0) {
        if (iso_use_is(&use, "PX") || iso_use_is(&use, "RR") || iso_use_is(&use, "ER")) {
            iso->names = ISO_ROCK_RIDGE;
        }
    }
    return found;
}

static void cut_blanks(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == ' ') {
        text[--length] = '\0';
    }
}

static void set_label(struct volume *volume, const uint8_t *label, bool wide)
{
    if (wide) {
        uint16_t units[V_LABEL_SIZE / 2];
        char text[V_LABEL_SIZE / 2 * 3 + 1];
        for (size_t i = 0; i < V_LABEL_SIZE / 2; i++) {
            units[i] = be16(label + 2 * i);
        }
        utf16_to_utf8(text, units, V_LABEL_SIZE / 2);
        (void)snprintf(volume->label, sizeof volume->label, "%s", text);
    } else {
        memcpy(volume->label, label, V_LABEL_SIZE);
    }
    cut_blanks(volume->label);
    utf8_disarm(volume->label);
}

/* As GRUB and Linux have it: when it was changed or, where that is not said, made. */
static void set_uuid(struct volume *volume, const uint8_t *descriptor)
{
    static const uint8_t groups[] = {4, 2, 2, 2, 2, 2, 2};
    const uint8_t *date = descriptor + V_MODIFIED;
    size_t used = 0;
    if (date[0] == '0' || date[0] == '\0') {
        date = descriptor + V_CREATED;
    }
    for (size_t i = 0; i < sizeof groups; i++) {
        if (used > 0) {
            volume->uuid[used++] = '-';
        }
        memcpy(volume->uuid + used, date, groups[i]);
        used += groups[i];
        date += groups[i];
    }
    volume->uuid[used] = '\0';
    utf8_disarm(volume->uuid);
}

static int describe(struct volume *volume, const struct found *found, const struct iso *iso)
{
    static const char *const names[] = {
        [ISO_PLAIN] = "", [ISO_JOLIET] = ", Joliet", [ISO_ROCK_RIDGE] = ", Rock Ridge"};
    bool wide = iso->names == ISO_JOLIET;
    uint8_t descriptor[ISO_SECTOR];
    int error =
        volume_read(volume, wide ? found->joliet : found->primary, descriptor, sizeof descriptor);
    if (error != 0) {
        return error;
    }
    set_label(volume, descriptor + V_LABEL, wide);
    set_uuid(volume, descriptor);
    (void)snprintf(volume->details, sizeof volume->details, "ISO 9660%s, %u-byte blocks",
                   names[iso->names], iso->block_size);
    return 0;
}

static int read_block_size(const struct volume *volume, uint64_t descriptor, uint32_t *size)
{
    uint8_t bytes[2];
    int error = volume_read(volume, descriptor + V_BLOCK_SIZE, bytes, sizeof bytes);
    if (error != 0) {
        return error;
    }
    *size = le16(bytes);
    if (!is_power_of_two(*size) || *size < 512 || *size > 32768) {
        return fail(volume->log, ERR_CORRUPT, "%s: ISO 9660: blocks of %u bytes cannot be right",
                    volume->source->name, *size);
    }
    return 0;
}

int iso_mount(struct volume *volume)
{
    struct found found;
    struct iso_record root;
    int error = find_descriptors(volume, &found);
    if (error != 0) {
        return error;
    }
    struct iso *iso = arena_alloc(volume->arena, sizeof *iso);
    if (iso == NULL) {
        return ERR_NO_MEMORY;
    }
    volume->private = iso;
    error = read_block_size(volume, found.primary, &iso->block_size);
    if (error == 0) {
        error = iso_record(volume, found.primary + V_ROOT, &root);
    }
    if (error == 0) {
        error = find_rock_ridge(volume, &root, iso);
    }
    if (error != 0) {
        return error;
    }
    if (iso->names == ISO_PLAIN && found.joliet != 0) {
        iso->names = ISO_JOLIET;
    }
    volume->block_size = iso->block_size;
    volume->ignore_case = iso->names != ISO_ROCK_RIDGE;
    volume->shares_blocks = true; /* hard links of files that are the same */
    volume->root.object = (iso->names == ISO_JOLIET ? found.joliet : found.primary) + V_ROOT;
    return describe(volume, &found, iso);
}

const struct fs_type iso9660_type = {
    .name = "iso9660",
    .mount = iso_mount,
    .load = iso_load,
    .map = iso_map,
    .next = iso_next,
    .lookup = iso_lookup,
    .link = iso_link,
};
