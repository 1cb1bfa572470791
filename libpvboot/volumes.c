/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks, partitions, and what is assembled of them, as the library shows them. */
#include "boot/device_name.h"
#include "fs/volume/member.h"
#include "lib/error.h"
#include "libpvboot/handle.h"
#include "libpvboot/pvboot.h"
#include "pvops/host/disk.h"

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void describe_partition(struct pvboot_volume *shown, const struct place *place)
{
    const struct partition *partition = place->partition;
    bool is_device = partition->kind == PARTITION_DISK;
    shown->short_name = partition->slice.source.name;
    shown->size = partition->slice.source.size;
    shown->device = is_device ? place_device(place) : NULL;
    shown->format =
        is_device && place->disk != NULL ? ((const struct host_disk *)place->disk)->format : NULL;
    shown->type = is_device ? NULL : partition->type;
    shown->partition_label = text_or_null(partition->label);
    shown->table = text_or_null(partition->table);
    shown->is_divided = partition->divided;
}

static void describe_filesystem(struct pvboot_volume *shown, const struct volume *volume)
{
    if (volume != NULL) {
        shown->filesystem = volume->type->name;
        shown->details = volume->details;
        shown->label = text_or_null(volume->label);
        shown->uuid = text_or_null(volume->uuid);
    }
}

/* ---- subvolumes ----------------------------------------------------------------------------- */

static size_t count_subvolumes(struct volume *volume, struct subvolume *scratch)
{
    uint64_t cursor = 0;
    size_t count = 0;
    while (volume->type->next_subvolume(volume, &cursor, scratch) > 0) {
        count++;
    }
    return count;
}

static int list_subvolumes(struct pvboot *pvboot, struct pvboot_volume *shown,
                           struct volume *volume, struct subvolume *scratch)
{
    uint64_t cursor = 0;
    size_t count = count_subvolumes(volume, scratch);
    struct pvboot_subvolume *list = arena_array(&pvboot->arena, count, sizeof *list);
    shown->subvolumes = list;
    while (list != NULL && shown->subvolume_count < count &&
           volume->type->next_subvolume(volume, &cursor, scratch) > 0) {
        *list = (struct pvboot_subvolume){.id = scratch->id,
                                          .path = arena_format(&pvboot->arena, "%s", scratch->path),
                                          .is_default = scratch->is_default};
        if (list->path == NULL) {
            return ERR_NO_MEMORY;
        }
        list++;
        shown->subvolume_count++;
    }
    return list == NULL ? ERR_NO_MEMORY : 0;
}

static int describe_subvolumes(struct pvboot *pvboot, struct pvboot_volume *shown,
                               struct volume *volume)
{
    if (volume == NULL || volume->type->next_subvolume == NULL) {
        return 0;
    }
    struct subvolume *scratch = arena_alloc(&pvboot->arena, sizeof *scratch);
    return scratch == NULL ? ERR_NO_MEMORY : list_subvolumes(pvboot, shown, volume, scratch);
}

/* --------------------------------------------------------------------------------------------- */

/* What is there in words, in the arena. */
static int describe_contents(struct pvboot *pvboot, struct pvboot_volume *shown,
                             struct place *place)
{
    char name[DEVICE_NAME_SIZE], text[PLACE_TEXT_SIZE], member[MEMBER_TEXT_SIZE];
    device_name_of(place, name);
    devices_describe(&pvboot->devices, place, text);
    shown->name = arena_format(&pvboot->arena, "(%s)", name);
    shown->contents = arena_format(&pvboot->arena, "%s", text);
    if (place->partition->member != NULL) {
        member_describe(place->partition->member, member);
        shown->member = arena_format(&pvboot->arena, "%s", member);
    }
    return shown->name == NULL || shown->contents == NULL ? ERR_NO_MEMORY : 0;
}

static int describe(struct pvboot *pvboot, size_t index)
{
    struct place *place = &pvboot->devices.places[index];
    struct pvboot_volume *shown = arena_alloc(&pvboot->arena, sizeof *shown);
    if (shown == NULL) {
        return ERR_NO_MEMORY;
    }
    describe_partition(shown, place);
    struct volume *volume = devices_volume(&pvboot->devices, place);
    describe_filesystem(shown, volume);
    int error = describe_contents(pvboot, shown, place);
    if (error == 0) {
        error = describe_subvolumes(pvboot, shown, volume);
    }
    pvboot->volumes[index] = error == 0 ? shown : NULL;
    return error;
}

/* Returns 0, and has room for all. */
static int look(struct pvboot *pvboot)
{
    int error = handle_look(pvboot);
    if (error == 0 && pvboot->volumes == NULL) {
        pvboot->volumes =
            arena_array(&pvboot->arena, pvboot->devices.count + 1, sizeof(struct pvboot_volume *));
        error = pvboot->volumes == NULL ? ERR_NO_MEMORY : 0;
    }
    return error;
}

int pvboot_volume_count(struct pvboot *pvboot)
{
    handle_begin(pvboot);
    int error = look(pvboot);
    return handle_end(pvboot, error != 0 ? error : (int)pvboot->devices.count);
}

const struct pvboot_volume *pvboot_volume(struct pvboot *pvboot, size_t index)
{
    handle_begin(pvboot);
    if (handle_end(pvboot, look(pvboot)) != 0 || index >= pvboot->devices.count) {
        return NULL;
    }
    if (pvboot->volumes[index] == NULL) {
        (void)handle_end(pvboot, describe(pvboot, index)); /* which says it; NULL says so, too */
    }
    return pvboot->volumes[index];
}
