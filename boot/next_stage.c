/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/next_stage.h"

#include <string.h>

#include "boot/options.h"
#include "boot/plan.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "pvops/machine.h"

enum {
    SIZE_LIMIT = 16 << 20, /* bytes: what is larger is another program */
    SUBVOLUMES = 256,      /* that are looked at */
};

static const char *const paths[] = {"/boot/xen/pvboot-x86_64.elf", "/xen/pvboot-x86_64.elf"};

/* Below a subvolume's root directory, or "", the volume's. NULL: it is not there, or there is no memory. */
static const char *find_below(struct volume *volume, const char *root, struct arena *arena)
{
    size_t mark = arena_mark(arena);
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct node node;
        const char *path = arena_format(arena, "%s%s", root, paths[i]);
        if (path != NULL && path_find(volume, path, &node, true) == 0 && node.type == NODE_FILE) {
            return path;
        }
        arena_release(arena, mark);
    }
    return NULL;
}

static const char *find_in_subvolumes(struct volume *volume, struct arena *arena)
{
    struct subvolume *subvolume = arena_alloc(arena, sizeof *subvolume);
    const char *path = NULL;
    uint64_t cursor = 0;
    for (unsigned i = 0; path == NULL && subvolume != NULL && i < SUBVOLUMES &&
                         volume->type->next_subvolume(volume, &cursor, subvolume) > 0;
         i++) {
        path = find_below(volume, subvolume->path, arena);
    }
    return path;
}

static const char *find_at(struct devices *devices, struct place *place, struct arena *arena)
{
    struct volume *volume = devices_searched(devices, place);
    const char *path = volume != NULL ? find_below(volume, "", arena) : NULL;
    return path == NULL && volume != NULL && volume->type->next_subvolume != NULL
               ? find_in_subvolumes(volume, arena)
               : path;
}

static bool holds(const uint8_t *bytes, size_t size, const struct machine *machine)
{
    for (size_t at = 0; at + machine->build_id_size <= size; at++) {
        if (memcmp(bytes + at, machine->build_id, machine->build_id_size) == 0) {
            return true;
        }
    }
    return false;
}

/* Is it this very build? Starting it would change nothing. */
static bool is_this_build(const struct plan *plan, const struct machine *machine,
                          struct devices *devices)
{
    size_t mark = arena_mark(machine->arena);
    struct file file;
    struct node node;
    bool same = false;
    if (machine->build_id != NULL &&
        devices_open_file(devices, plan->kernel_root, plan->kernel, false, &file, &node) == 0 &&
        file.source.size <= SIZE_LIMIT) {
        uint8_t *bytes = arena_pages(machine->arena, file.source.size);
        same = bytes != NULL && source_read(&file.source, 0, bytes, file.source.size) == 0 &&
               holds(bytes, file.source.size, machine);
    }
    arena_release(machine->arena, mark);
    return same;
}

int next_stage_plan(struct plan *plan, const struct machine *machine, const struct options *options,
                    struct devices *devices)
{
    *plan = (struct plan){0};
    for (size_t i = 0; !options->is_next_stage && plan->kernel == NULL && i < devices->count; i++) {
        plan->kernel_root = &devices->places[i];
        plan->kernel = find_at(devices, plan->kernel_root, machine->arena);
    }
    if (plan->kernel == NULL || is_this_build(plan, machine, devices)) {
        return ERR_NOT_FOUND;
    }
    plan->arguments = arena_format(machine->arena, "%s pvboot.stage=2", machine->command_line);
    return plan->arguments == NULL ? ERR_NO_MEMORY : 0;
}
