/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/device_name.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "boot/devices.h"
#include "fs/volume/assemble.h"
#include "fs/volume/member.h"
#include "lib/decimal.h"
#include "pvops/disk.h"

/* Some characters of a name; nothing ends them. */
struct text {
    const char *start;
    size_t length;
};

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool equals(struct text text, const char *other)
{
    return strlen(other) == text.length && memcmp(other, text.start, text.length) == 0;
}

/* Cuts `prefix` off. */
static bool take_prefix(struct text *text, const char *prefix)
{
    size_t length = strlen(prefix);
    if (text->length < length || memcmp(text->start, prefix, length) != 0) {
        return false;
    }
    text->start += length;
    text->length -= length;
    return true;
}

/* Cuts a decimal number off; false when there is none, or a longer one than any that is meant. */
static bool take_number(struct text *text, unsigned *number)
{
    enum { DIGITS = 6 };
    uint64_t value;
    size_t digits = decimal_begin(text->start, text->length, &value);
    *number = 0;
    if (digits == 0 || digits > DIGITS) {
        return false;
    }
    *number = (unsigned)value;
    text->start += digits;
    text->length -= digits;
    return true;
}

/* ---- (hd0,0,e) ------------------------------------------------------------------------------ */

static bool is_number(struct text text, const char *prefix, unsigned wanted)
{
    unsigned number;
    return take_prefix(&text, prefix) && take_number(&text, &number) && text.length == 0 &&
           number == wanted;
}

/* "2" counts from 0, or in a grub.cfg from 1; "msdos2", as GRUB 2 has it, always from 1. */
static bool is_called(const struct devices *devices, const struct partition *partition,
                      struct text text)
{
    unsigned index = partition->index, number = index + 1;
    unsigned plain = devices->counts_from_one ? number : index;
    switch (partition->kind) {
    case PARTITION_MBR:
        return is_number(text, "", plain) || is_number(text, "msdos", number);
    case PARTITION_GPT:
        return is_number(text, "", plain) || is_number(text, "gpt", number);
    case PARTITION_BSD:
        return (text.length == 1 && text.start[0] == 'a' + (int)index) ||
               is_number(text, "bsd", number) || is_number(text, "netbsd", number) ||
               is_number(text, "openbsd", number);
    default:
        return false;
    }
}

/* Cuts the last component off: "e" of "hd0,0,e". Its length is 0 when there is none. */
static struct text take_last(struct text *text)
{
    for (size_t i = text->length; i-- > 0;) {
        if (text->start[i] == ',') {
            struct text last = {text->start + i + 1, text->length - i - 1};
            text->length = i;
            return last;
        }
    }
    return (struct text){0};
}

static bool is_disk(const struct disk *disk, struct text text)
{
    (void)take_prefix(&text, "xen/");
    return equals(text, disk->name) || equals(text, disk->device) ||
           (disk->kind == DISK_CDROM && equals(text, "cd"));
}

/*
 * From the partition upward, and from the name's end: a slice can be left out before a letter. What
 * is left names the device.
 */
static bool takes_names(const struct devices *devices, const struct partition *partition,
                        struct text *name)
{
    for (const struct partition *p = partition; p->kind != PARTITION_DISK; p = p->parent) {
        struct text rest = *name;
        struct text last = take_last(&rest);
        bool is_slice = p != partition && p->kind != PARTITION_BSD;
        if (last.length > 0 && is_called(devices, p, last)) {
            *name = rest;
        } else if (!is_slice) {
            return false;
        }
    }
    return true;
}

static bool is_member(const struct place *place, const struct logical_disk *logical)
{
    return place->partition->member != NULL && place->partition->member->disk == logical;
}

/*
 * A logical disk goes by its own name, and by those of its members on disks: NetBSD's boot knows a
 * mirror as "hd0a".
 */
static bool is_logical(const struct devices *devices, const struct logical_disk *logical,
                       struct text name)
{
    for (size_t i = 0; i < devices->count; i++) {
        const struct place *place = &devices->places[i];
        struct text rest = name;
        if (place->disk != NULL && is_member(place, logical) &&
            takes_names(devices, place->partition, &rest) && is_disk(place->disk, rest)) {
            return true;
        }
    }
    for (size_t i = 0; i < ALIASES; i++) {
        if (logical->aliases[i] != NULL && equals(name, logical->aliases[i])) {
            return true;
        }
    }
    return equals(name, logical->contents->name);
}

static bool matches(const struct devices *devices, const struct place *place, struct text name)
{
    if (!takes_names(devices, place->partition, &name)) {
        return false;
    }
    return place->disk != NULL ? is_disk(place->disk, name)
                               : is_logical(devices, place->logical, name);
}

/* What a member's name means: the logical disk that it was assembled to. */
static struct place *contents_of(const struct devices *devices, struct place *place)
{
    for (size_t i = 0; i < devices->count; i++) {
        struct place *other = &devices->places[i];
        if (other->logical != NULL && other->partition->kind == PARTITION_DISK &&
            is_member(place, other->logical)) {
            return other;
        }
    }
    return place;
}

static struct place *find_nested(const struct devices *devices, struct text name)
{
    for (size_t i = 0; i < devices->count; i++) {
        if (matches(devices, &devices->places[i], name)) {
            return contents_of(devices, &devices->places[i]);
        }
    }
    return NULL;
}

/* ---- hd0e: ---------------------------------------------------------------------------------- */

struct bsd_name {
    bool is_raid;
    unsigned unit;
    char letter;
};

/* "hd0e", and with unit and letter left out "hd", which is hd0a. */
static bool parse_bsd_name(struct text text, struct bsd_name *name)
{
    static const char *const drivers[] = {"hd", "xbd", "wd", "sd", "ld"};
    bool known = take_prefix(&text, "raid");
    *name = (struct bsd_name){.is_raid = known, .letter = 'a'};
    for (size_t i = 0; !known && i < sizeof drivers / sizeof drivers[0]; i++) {
        known = take_prefix(&text, drivers[i]);
    }
    (void)take_number(&text, &name->unit); /* 0 when there is none */
    if (text.length > 0 && is_letter(text.start[0])) {
        name->letter = text.start[0];
        text.start++;
        text.length--;
    }
    return known && text.length == 0;
}

static bool is_device(const struct place *place, const struct bsd_name *name)
{
    if (place->partition->kind != PARTITION_DISK) {
        return false;
    }
    return name->is_raid ? place->logical != NULL && place->logical->is_raidframe &&
                               place->logical->number == name->unit
                         : place->disk != NULL && place->disk->number == name->unit;
}

/* Where a label tells the letters, nothing else does. */
static bool has_label(const struct devices *devices, const struct partition *device)
{
    for (size_t i = 0; i < devices->count; i++) {
        const struct partition *partition = devices->places[i].partition;
        if (partition->kind == PARTITION_BSD && partition_device(partition) == device) {
            return true;
        }
    }
    return false;
}

static bool has_letter(const struct partition *partition, char letter, bool labelled)
{
    unsigned index = (unsigned)(letter - 'a');
    switch (partition->kind) {
    case PARTITION_BSD:
        return partition->index == index;
    case PARTITION_GPT:
        return !labelled && partition->order == index;
    case PARTITION_MBR:
        return !labelled && (partition->index == (index < 8 ? index % 4 : index - 4));
    default:
        return false;
    }
}

static struct place *find_letter(const struct devices *devices, struct place *device, char letter)
{
    bool labelled = has_label(devices, device->partition);
    for (size_t i = 0; i < devices->count; i++) {
        const struct partition *partition = devices->places[i].partition;
        if (partition_device(partition) == device->partition &&
            has_letter(partition, letter, labelled)) {
            return contents_of(devices, &devices->places[i]);
        }
    }
    return device->partition->table[0] == '\0' && letter == 'a' ? device : NULL;
}

static struct place *find_bsd(const struct devices *devices, const struct bsd_name *name)
{
    for (size_t i = 0; i < devices->count; i++) {
        if (is_device(&devices->places[i], name)) {
            return find_letter(devices, contents_of(devices, &devices->places[i]), name->letter);
        }
    }
    return NULL;
}

/* ---- NAME=root: ----------------------------------------------------------------------------- */

static struct place *find_label(const struct devices *devices, struct text label)
{
    for (size_t i = 0; label.length > 0 && i < devices->count; i++) {
        if (equals(label, devices->places[i].partition->label)) {
            return &devices->places[i];
        }
    }
    return NULL;
}

/* --------------------------------------------------------------------------------------------- */

size_t device_name_length(const char *path)
{
    struct bsd_name name;
    if (path[0] == '(') {
        size_t length = strcspn(path, ")");
        return path[length] == ')' ? length + 1 : 0;
    }
    struct text text = {path, strcspn(path, ":/")};
    struct text rest = text;
    bool is_name = take_prefix(&rest, "NAME=") || parse_bsd_name(text, &name);
    return is_name && path[text.length] == ':' ? text.length + 1 : 0;
}

/* The device, or the number in its table, "," before it. Returns how much of `name` is used. */
static size_t put_name(const struct place *place, const struct partition *partition, char *name)
{
    static const char *const kinds[] = {
        [PARTITION_MBR] = "msdos", [PARTITION_GPT] = "gpt", [PARTITION_BSD] = "bsd"};
    size_t used = 0;
    int length;
    if (partition->kind == PARTITION_DISK) {
        const char *device =
            place->disk != NULL ? place->disk->name : place->logical->contents->name;
        length = snprintf(name, DEVICE_NAME_SIZE, "%s", device);
    } else {
        used = put_name(place, partition->parent, name);
        length = snprintf(name + used, DEVICE_NAME_SIZE - used, ",%s%u", kinds[partition->kind],
                          partition->index + 1);
    }
    used += (size_t)length;
    return used < DEVICE_NAME_SIZE ? used : DEVICE_NAME_SIZE - 1;
}

void device_name_of(const struct place *place, char name[DEVICE_NAME_SIZE])
{
    (void)put_name(place, place->partition, name);
}

struct place *device_name_find(const struct devices *devices, const char *name, size_t length)
{
    struct text text = {name, length};
    struct bsd_name bsd_name;
    if (length > 2 && name[0] == '(' && name[length - 1] == ')') {
        return find_nested(devices, (struct text){name + 1, length - 2});
    }
    if (length == 0 || name[length - 1] != ':') {
        return NULL;
    }
    text.length--;
    if (take_prefix(&text, "NAME=")) {
        return find_label(devices, text);
    }
    return parse_bsd_name(text, &bsd_name) ? find_bsd(devices, &bsd_name) : NULL;
}
