/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/next_stage.h"

#include "boot/options.h"
#include "boot/plan.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "pvops/machine.h"

static const char *const paths[] = {"/boot/xen/pvboot-x86_64.elf", "/xen/pvboot-x86_64.elf"};

static const char *find_at(struct devices *devices, struct place *place)
{
    struct volume *volume = devices_volume(devices, place);
    for (size_t i = 0; volume != NULL && i < sizeof paths / sizeof paths[0]; i++) {
        struct node node;
        if (path_find(volume, paths[i], &node, true) == 0 && node.type == NODE_FILE) {
            return paths[i];
        }
    }
    return NULL;
}

int next_stage_plan(struct plan *plan, const struct machine *machine, const struct options *options,
                    struct devices *devices)
{
    *plan = (struct plan){0};
    for (size_t i = 0; !options->is_next_stage && plan->kernel == NULL && i < devices->count; i++) {
        plan->kernel_root = &devices->places[i];
        plan->kernel = find_at(devices, plan->kernel_root);
    }
    if (plan->kernel == NULL) {
        return ERR_NOT_FOUND;
    }
    plan->arguments = arena_format(machine->arena, "%s pvboot.stage=2", machine->command_line);
    return plan->arguments == NULL ? ERR_NO_MEMORY : 0;
}
