/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a grub.cfg hands on to the config that takes its place. GRUB has one set of functions, users and
 * modules; its variables have contexts, and a menu that another one opens begins with the exported ones.
 */
#include "boot/commands/commands.h"
#include "boot/grub/grub.h"
#include "lib/error.h"

struct grub_inheritance {
    struct variables variables;
    struct names functions;
    struct grub_user *users;
    bool wildcards;
};

int grub_hand_on(const struct grub *grub, bool all, struct context *context)
{
    const struct script *script = &grub->script;
    struct grub_inheritance *inheritance = arena_alloc(context->arena, sizeof *inheritance);
    if (inheritance == NULL) {
        return ERR_NO_MEMORY;
    }
    inheritance->functions = script->functions;
    inheritance->users = grub->users;
    inheritance->wildcards = script->wildcards;
    context->inheritance = inheritance;
    int error = variables_open(&inheritance->variables, context->arena);
    return error != 0 ? error : variables_inherit(&inheritance->variables, &script->variables, all);
}

int grub_inherit(struct grub *grub, const struct grub_inheritance *inheritance)
{
    struct script *script = &grub->script;
    if (inheritance == NULL) {
        return 0;
    }
    script->functions = inheritance->functions;
    script->wildcards = inheritance->wildcards;
    grub->users = inheritance->users;
    return variables_inherit(&script->variables, &inheritance->variables, true);
}
