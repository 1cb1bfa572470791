/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/place.h"

#include <stdio.h>

#include "fs/volume/assemble.h"
#include "fs/volume/format.h"
#include "fs/volume/member.h"
#include "fs/volume/mount.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

/* Why nothing there may be changed, or NULL. What it is nested in counts as well. */
static const char *protection_of(const struct place *place)
{
    const struct partition *partition = place->partition;
    if (place->logical != NULL) {
        return place->logical->protection;
    }
    if (partition->divided) {
        return "its file system lies beside a partition table";
    }
    for (; partition != NULL; partition = partition->parent) {
        if (partition->member != NULL) {
            return "it is on a member of an array, and only that one would change";
        }
    }
    return NULL;
}

/* A member is no volume, even one half of a mirror that begins with its contents. */
int place_mount(struct place *place, struct cache *cache, struct arena *arena, struct log *log)
{
    if (place->partition->member != NULL) {
        return ERR_UNKNOWN;
    }
    int error = partition_mount(&place->volume, place->partition, cache, arena, log);
    place->volume.protection = protection_of(place);
    return error;
}

bool place_starts_as_a_part(const struct place *place)
{
    const struct partition *partition = place->partition;
    for (const struct partition *p = partition->next; p != NULL; p = p->next) {
        if (p->parent == partition && partition_start(p) == partition_start(partition)) {
            return true;
        }
    }
    return false;
}

const struct member *place_on_member(const struct place *place)
{
    for (const struct partition *p = place->partition->parent; p != NULL; p = p->parent) {
        if (p->member != NULL) {
            return p->member;
        }
    }
    return NULL;
}

const char *place_device(const struct place *place)
{
    return place->disk != NULL ? place->disk->device : place->logical->description;
}

void place_describe(const struct place *place, struct cache *cache, char text[PLACE_TEXT_SIZE])
{
    const struct partition *partition = place->partition;
    if (place->error == 0) {
        (void)snprintf(text, PLACE_TEXT_SIZE, "%s", place->volume.details);
    } else if (partition->member != NULL) {
        member_describe(partition->member, text);
    } else if (partition->divided) {
        (void)snprintf(text, PLACE_TEXT_SIZE, "%s", partition->table);
    } else if (place->error != ERR_UNKNOWN) {
        (void)snprintf(text, PLACE_TEXT_SIZE, "%s", error_text(place->error));
    } else {
        const char *format = format_name(&partition->slice.source, cache);
        (void)snprintf(text, PLACE_TEXT_SIZE, "%s%s",
                       format != NULL ? format : "no file system that is known",
                       format != NULL ? ", which pvboot does not read" : "");
    }
}
