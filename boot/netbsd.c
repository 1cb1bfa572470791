/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/netbsd.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "boot/devices.h"
#include "boot/plan.h"
#include "fs/volume/assemble.h"
#include "lib/arena.h"
#include "lib/log.h"
#include "pvops/disk.h"

enum {
    COMMAND_LINE_LIMIT = 255,
    FIRST_LOGICAL = 4, /* index of an MBR's first logical partition */
    LAST_LETTER = 'p',
    LAST_CERTAIN_WEDGE = 9,
};

#define NETBSD_SLICE "a9" /* a type in an MBR */

bool netbsd_is(const char *guest_os)
{
    return strncasecmp(guest_os, "netbsd", 6) == 0;
}

/* Is there a word that begins so? */
static bool has_word(const char *line, const char *beginning)
{
    size_t length = strlen(beginning);
    for (const char *at = line; *at != '\0'; at += strcspn(at, " "), at += strspn(at, " ")) {
        if (strncmp(at, beginning, length) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- the names that NetBSD gives to partitions ---------------------------------------------- */

/*
 * NetBSD's kernel sees one table of a device, so it has names for the partitions of that one alone:
 *
 *      a GPT         dk0, dk1, ...: its entries, in order, over all devices
 *      a disklabel   xbd0a ...: its letters; of several, that of the first NetBSD slice counts
 *      an MBR        xbd0e to h: primary partitions that are no extended one, i and on: logical ones
 *
 * A place is one of them where it starts with it: (hd0,0) can be a of the label in it. A mirror is
 * a device like any other: raid0a.
 */
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

/* NetBSD's name of a place; "" where it has none. */
static void place_name(const struct devices *devices, const struct place *place, char *name,
                       size_t size)
{
    struct device device = open_device(devices, place);
    const struct partition *partition = find_seen(&device, place->partition);
    const char *driver = place->disk != NULL ? "xbd" : "raid";
    unsigned unit = place->disk != NULL ? place->disk->number : place->logical->number;
    name[0] = '\0';
    if (partition == NULL) {
        return;
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

/* The root device as NetBSD wants it said, or "". */
static void root_device(const struct plan *plan, struct devices *devices, struct log *log,
                        char *name, size_t size)
{
    if (plan->root_device != NULL) {
        (void)snprintf(name, size, "%s", plan->root_device); /* cut: no device is called so */
        return;
    }
    const struct place *place =
        plan->kernel_root != NULL ? plan->kernel_root : devices_first(devices);
    if (place == NULL) {
        return; /* and no kernel */
    }
    place_name(devices, place, name, size);
    if (name[0] == '\0') {
        log_line(log, "%s: NetBSD has no name for it, and is not told its root device",
                 place->partition->slice.source.name);
    }
}

/* ---- the command line ----------------------------------------------------------------------- */

/* NetBSD splits at each blank: one between two words is enough. */
static void squeeze(char *line)
{
    char *to = line;
    for (const char *from = line; *from != '\0'; from++) {
        if (*from != ' ' || (to > line && to[-1] != ' ')) {
            *to++ = *from;
        }
    }
    to -= to > line && to[-1] == ' ' ? 1 : 0;
    *to = '\0';
}

const char *netbsd_command_line(const struct plan *plan, struct devices *devices,
                                struct arena *arena, struct log *log)
{
    char root[128] = "";
    const char *arguments = plan->arguments;
    if (!has_word(arguments, "root=") && !has_word(arguments, "bootdev=")) {
        root_device(plan, devices, log, root, sizeof root);
    }
    char *line = arena_format(arena, "%s%s %s", root[0] != '\0' ? "bootdev=" : "", root, arguments);
    if (line == NULL) {
        return NULL;
    }
    squeeze(line);
    if (strlen(line) > COMMAND_LINE_LIMIT) {
        log_line(log, "NetBSD reads %d characters of its command line, and not \"%s\"",
                 (int)COMMAND_LINE_LIMIT, line + COMMAND_LINE_LIMIT);
    }
    return line;
}
