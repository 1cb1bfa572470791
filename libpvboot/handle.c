/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/handle.h"

#include <stddef.h>
#include <stdlib.h>

#include "lib/error.h"
#include "lib/log.h"
#include "libpvboot/pvboot.h"
#include "pvops/host/arena.h"
#include "pvops/host/clock.h"
#include "pvops/host/disk.h"
#include "pvops/host/image.h"
#include "pvops/host/waiter.h"

/* ---- errors --------------------------------------------------------------------------------- */

_Static_assert(PVBOOT_ERR_IO == (int)ERR_IO && PVBOOT_ERR_NO_MEMORY == (int)ERR_NO_MEMORY &&
                   PVBOOT_ERR_NOT_FOUND == (int)ERR_NOT_FOUND &&
                   PVBOOT_ERR_WRONG_TYPE == (int)ERR_WRONG_TYPE &&
                   PVBOOT_ERR_CORRUPT == (int)ERR_CORRUPT &&
                   PVBOOT_ERR_UNSUPPORTED == (int)ERR_UNSUPPORTED &&
                   PVBOOT_ERR_UNKNOWN == (int)ERR_UNKNOWN && PVBOOT_ERR_LOOP == (int)ERR_LOOP &&
                   PVBOOT_ERR_TOO_LARGE == (int)ERR_TOO_LARGE &&
                   PVBOOT_ERR_RANGE == (int)ERR_RANGE && PVBOOT_ERR_INVALID == (int)ERR_INVALID &&
                   PVBOOT_ERR_DENIED == (int)ERR_DENIED &&
                   PVBOOT_ERR_TRUNCATED == (int)ERR_TRUNCATED,
               "callers see the codes of lib/error.h");

const char *pvboot_error_text(int error)
{
    return error_text(error);
}

size_t pvboot_message_count(const struct pvboot *pvboot)
{
    return pvboot->collect.count;
}

const char *pvboot_message(const struct pvboot *pvboot, size_t index)
{
    return index < pvboot->collect.count ? pvboot->collect.lines[index] : NULL;
}

void pvboot_on_message(struct pvboot *pvboot, void (*line)(void *context, const char *text),
                       void *context)
{
    pvboot->collect.line = line;
    pvboot->collect.context = context;
}

void pvboot_on_progress(struct pvboot *pvboot, void (*loaded)(void *context, uint64_t bytes),
                        void *context)
{
    pvboot->loaded = loaded;
    pvboot->loaded_context = context;
}

static void advanced(struct progress *progress, uint64_t bytes)
{
    struct pvboot *pvboot = (struct pvboot *)((char *)progress - offsetof(struct pvboot, loading));
    if (pvboot->loaded != NULL) {
        pvboot->loaded(pvboot->loaded_context, bytes);
    }
}

void handle_begin(struct pvboot *pvboot)
{
    collect_clear(&pvboot->collect);
}

int handle_end(struct pvboot *pvboot, int error)
{
    if (error < 0 && pvboot->collect.count == 0) {
        log_line(&pvboot->collect.log, "%s", error_text(error));
    }
    return error;
}

/* ---- the handle ----------------------------------------------------------------------------- */

/* As much address space as the system grants: it takes no memory before something is in it. */
static int open_arena(struct arena *arena)
{
    static const uint64_t sizes[] = {UINT64_C(64) << 30, UINT64_C(4) << 30, UINT64_C(512) << 20,
                                     UINT64_C(64) << 20};
    int error = ERR_NO_MEMORY;
    for (size_t i = 0; error != 0 && i < sizeof sizes / sizeof sizes[0]; i++) {
        error = host_arena_open(arena, sizes[i]);
    }
    return error;
}

struct pvboot *pvboot_new(void)
{
    struct pvboot *pvboot = calloc(1, sizeof *pvboot);
    if (pvboot == NULL || open_arena(&pvboot->arena) != 0) {
        free(pvboot);
        return NULL;
    }
    collect_open(&pvboot->collect);
    pvboot->loading.advanced = advanced;
    host_clock_open(&pvboot->clock);
    host_waiter_open(&pvboot->waiter, &pvboot->clock);
    pvboot->waiter.log = &pvboot->collect.log;
    return pvboot;
}

void pvboot_free(struct pvboot *pvboot)
{
    if (pvboot == NULL) {
        return;
    }
    for (size_t i = 0; i < pvboot->disk_count; i++) {
        host_image_close((struct host_disk *)pvboot->disks[i]);
    }
    host_arena_close(&pvboot->arena);
    free(pvboot);
}

static int add(struct pvboot *pvboot, const struct host_image *image)
{
    struct log *log = &pvboot->collect.log;
    if (pvboot->looked) {
        return fail(log, ERR_INVALID, "%s: all disks are added before the first one is read",
                    image->path);
    }
    if (pvboot->disk_count == HANDLE_DISKS) {
        return fail(log, ERR_TOO_LARGE, "%s: more than %d disks", image->path, (int)HANDLE_DISKS);
    }
    struct host_disk *disk = arena_pages(&pvboot->arena, sizeof *disk);
    if (disk == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = host_image_open(disk, image, (unsigned)pvboot->disk_count, &pvboot->waiter, log);
    if (error == 0) {
        pvboot->disks[pvboot->disk_count++] = &disk->disk;
    }
    return error;
}

int pvboot_add(struct pvboot *pvboot, const char *image, const char *format, uint32_t sector_size)
{
    const struct host_image opened = {.path = image, .format = format, .sector_size = sector_size};
    handle_begin(pvboot);
    return handle_end(pvboot, add(pvboot, &opened));
}

/* ---- what is on the disks ------------------------------------------------------------------- */

int handle_look(struct pvboot *pvboot)
{
    if (pvboot->looked) {
        return 0;
    }
    int error = devices_open(&pvboot->devices, pvboot->disks, pvboot->disk_count, &pvboot->arena,
                             &pvboot->collect.log);
    pvboot->looked = error == 0;
    return error;
}

int handle_resolve(struct pvboot *pvboot, const char *path, struct place **place, const char **rest)
{
    int error = handle_look(pvboot);
    if (error != 0) {
        return error;
    }
    *place = devices_resolve(&pvboot->devices, NULL, path, rest);
    return *place != NULL ? 0 : ERR_NOT_FOUND;
}

int handle_volume(struct pvboot *pvboot, struct place *place, struct volume **volume)
{
    *volume = devices_volume(&pvboot->devices, place);
    return *volume != NULL ? 0 : devices_no_volume(&pvboot->devices, place);
}
