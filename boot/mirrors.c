/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/mirrors.h"

#include "boot/devices.h"
#include "lib/log.h"

/* A component of the same mirror that has seen more, or NULL. */
static const struct partition *newer_component(const struct devices *devices,
                                               const struct partition *component)
{
    const struct mirror *mirror = &component->mirror;
    for (size_t i = 0; mirror->unit >= 0 && i < devices->count; i++) {
        const struct partition *other = devices->places[i].partition;
        if (other->mirror.unit == mirror->unit && other->mirror.serial == mirror->serial &&
            other->mirror.age > mirror->age) {
            return other;
        }
    }
    return NULL;
}

/* Is this a stale component, or in one? */
static bool is_stale(const struct devices *devices, const struct partition *partition)
{
    for (; partition != NULL; partition = partition->parent) {
        if (newer_component(devices, partition) != NULL) {
            return true;
        }
    }
    return false;
}

static void report_stale(const struct devices *devices, const struct partition *component)
{
    const struct partition *newer = newer_component(devices, component);
    if (newer != NULL) {
        log_line(devices->log, "%s: RAIDframe: older than %s of the same mirror, and left out",
                 component->slice.source.name, newer->slice.source.name);
    }
}

void mirrors_drop_stale(struct devices *devices)
{
    size_t kept = 0;
    for (size_t i = 0; i < devices->count; i++) {
        report_stale(devices, devices->places[i].partition);
    }
    for (size_t i = 0; i < devices->count; i++) {
        if (!is_stale(devices, devices->places[i].partition)) { /* by the newest one, which stays */
            devices->places[kept++] = devices->places[i];
        }
    }
    devices->count = kept;
}
