/* SPDX-License-Identifier: BSD-2-Clause */
/* configfile, normal: another config takes this one's place. */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/grub/grub.h"
#include "lib/arena.h"
#include "lib/error.h"

int run_configfile(struct context *context, const char *arguments)
{
    if (arguments[0] == '\0') {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    context->next_config = arguments;
    context->inheritance = NULL;
    return COMMAND_CONFIG;
}

/* One that is not there is a line, and the script goes on. */
static int find(const struct context *context, const char *path)
{
    struct node node;
    const char *rest;
    struct place *place = devices_resolve(context->devices, context->plan.root, path, &rest);
    if (place == NULL) {
        return ERR_NOT_FOUND;
    }
    struct volume *volume = devices_volume(context->devices, place);
    return volume != NULL ? path_find(volume, rest, &node, false)
                          : devices_no_volume(context->devices, place);
}

/* `all`: the variables that are not exported, too. */
static int open_next(struct context *context, const struct script_call *call, const char *path,
                     bool all)
{
    int result = run_configfile(context, path);
    int error = result == COMMAND_CONFIG ? find(context, path) : result;
    if (error == 0) {
        error = grub_hand_on((const struct grub *)call->script->host, all, context);
    }
    return error != 0 ? error : result;
}

/* Options of its likes that say what kind of config it is come first: the config itself says that. */
int script_configfile(struct context *context, const struct script_call *call)
{
    const char *word = call->count > 1 ? call->words[call->count - 1] : "";
    const char *path = arena_copy(context->arena, word, strlen(word));
    return path != NULL ? open_next(context, call, path, false) : ERR_NO_MEMORY;
}

/* `normal [FILE]`: another config, or the one that there would be anyway, in the same context. */
int script_normal(struct context *context, const struct script_call *call)
{
    const char *prefix = variables_get(&call->script->variables, "prefix");
    const char *path = call->count > 1 ? context->command->arguments
                                       : arena_format(context->arena, "%s/grub.cfg",
                                                      prefix != NULL ? prefix : "/boot/grub");
    return path != NULL ? open_next(context, call, path, true) : ERR_NO_MEMORY;
}
