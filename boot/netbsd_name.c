/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/netbsd_name.h"

#include <stdio.h>
#include <string.h>

#include "boot/devices.h"
#include "fs/volume/assemble.h"
#include "pvops/disk.h"

enum {
    FIRST_LOGICAL = 4, /* index of an MBR's first logical partition */
    LAST_LETTER = 'p',
    LAST_CERTAIN_WEDGE = 9,
};

#define NETBSD_SLICE "a9" /* a type in an MBR */

/* Which of a device's tables the kernel sees. */
enum table { TABLE_NONE, TABLE_MBR, TABLE_LABEL, TABLE_GPT };

struct device {
    const struct devices *devices;
    const struct partition *whole;
    enum table table;
    const struct partition *labelled; /* the slice, or whole device, whose label counts */
};

static const struct partition *partition_at(const struct device *device, size_t index)
{
    const struct partition *partition = device->devices->places[index].partition;
    return partition_device(partition) == device->whole ? partition : NULL;
}

/* The first NetBSD slice with a label or, without one, the label of the device itself. */
static const struct partition *find_label(const struct device *device)
{
    const struct partition *found = NULL;
    for (size_t i = 0; i < device->devices->count; i++) {
        const struct partition *p = partition_at(device, i);
        bool is_slice = p != NULL && p->kind == PARTITION_MBR && p->divided;
        if (is_slice && strcmp(p->type, NETBSD_SLICE) == 0) {
            return p;
        }
        bool is_letter = p != NULL && p->kind == PARTITION_BSD;
        found = is_letter && p->parent == device->whole ? p->parent : found;
    }
    return found;
}

static struct device open_device(const struct devices *devices, const struct place *place)
{
    struct device device = {.devices = devices, .whole = partition_device(place->partition)};
    for (size_t i = 0; i < devices->count; i++) {
        const struct partition *p = partition_at(&device, i);
        if (p != NULL && p->kind == PARTITION_GPT) {
            device.table = TABLE_GPT;
            return device;
        }
        device.table = p != NULL && p->kind == PARTITION_MBR ? TABLE_MBR : device.table;
    }
    device.labelled = find_label(&device);
    device.table = device.labelled != NULL ? TABLE_LABEL : device.table;
    return device;
}

/* Does the kernel have a name for it? */
static bool is_seen(const struct device *device, const struct partition *partition)
{
    switch (device->table) {
    case TABLE_GPT:
        return partition->kind == PARTITION_GPT;
    case TABLE_LABEL:
        return partition->kind == PARTITION_BSD && partition->parent == device->labelled;
    case TABLE_MBR:
        return partition->kind == PARTITION_MBR && partition->content != CONTENT_PARTITIONS;
    default:
        return partition == device->whole;
    }
}

/* What the kernel sees where the partition starts; NULL: nothing. */
static const struct partition *find_seen(const struct device *device,
                                         const struct partition *partition)
{
    if (is_seen(device, partition)) {
        return partition;
    }
    for (size_t i = 0; i < device->devices->count; i++) {
        const struct partition *p = partition_at(device, i);
        if (p != NULL && is_seen(device, p) && partition_start(p) == partition_start(partition)) {
            return p;
        }
    }
    return NULL;
}

/* Of an MBR: the first primary one is e, whichever its slot, and the first logical one i. */
static unsigned mbr_letter(const struct device *device, const struct partition *partition)
{
    bool is_logical = partition->index >= FIRST_LOGICAL;
    unsigned letter = is_logical ? 'i' : 'e';
    for (size_t i = 0; i < device->devices->count; i++) {
        const struct partition *p = partition_at(device, i);
        if (p != NULL && is_seen(device, p) && (p->index >= FIRST_LOGICAL) == is_logical &&
            p->index < partition->index) {
            letter++;
        }
    }
    return letter;
}

/* How many wedges come before it: disks are found before mirrors, each kind in its order. */
static unsigned wedge_number(const struct devices *devices, const struct partition *partition,
                             bool on_disk)
{
    unsigned number = 0;
    bool before = true;
    for (size_t i = 0; i < devices->count; i++) {
        const struct place *place = &devices->places[i];
        before = before && place->partition != partition;
        bool first_kind = place->disk != NULL && !on_disk;
        if (place->partition->kind == PARTITION_GPT &&
            (first_kind || (before && (place->disk != NULL) == on_disk))) {
            number++;
        }
    }
    return number;
}

/*
 * The kernel compares as many characters as a device's own name has: dk10 would be dk1. Wedges have
 * names too, which kernels since NetBSD 9 take.
 */
static int put_wedge(char *name, size_t size, const struct partition *partition, unsigned number)
{
    if (number <= LAST_CERTAIN_WEDGE) {
        return snprintf(name, size, "dk%u", number);
    }
    return partition->label[0] != '\0' && strchr(partition->label, ' ') == NULL
               ? snprintf(name, size, "wedge:%s", partition->label)
               : 0;
}

void netbsd_name(const struct devices *devices, const struct place *place, char *name, size_t size)
{
    struct device device = open_device(devices, place);
    const struct partition *partition = find_seen(&device, place->partition);
    const char *driver = place->disk != NULL ? "xbd" : "raid";
    unsigned unit = place->disk != NULL ? place->disk->number : place->logical->number;
    name[0] = '\0';
    if (partition == NULL || (place->logical != NULL && !place->logical->is_raidframe)) {
        return; /* the kernel does not see it */
    }
    if (device.table == TABLE_GPT) {
        (void)put_wedge(name, size, partition,
                        wedge_number(devices, partition, place->disk != NULL));
        return;
    }
    unsigned letter = device.table == TABLE_LABEL ? 'a' + partition->index
                      : device.table == TABLE_MBR ? mbr_letter(&device, partition)
                                                  : 'a';
    if (letter <= LAST_LETTER) {
        (void)snprintf(name, size, "%s%u%c", driver, unit, (char)letter);
    }
}
