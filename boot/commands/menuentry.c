/* SPDX-License-Identifier: BSD-2-Clause */
/* menuentry, submenu, source: what a grub.cfg is made of. */
#include "boot/commands/context.h"
#include "boot/grub/grub.h"
#include "lib/error.h"
#include "menu/grub_cfg/parse.h"

enum { SOURCE_LIMIT = 1 << 20 /* bytes */ };

static struct grub *grub_of(const struct script_call *call)
{
    return (struct grub *)call->script->host;
}

int script_menuentry(struct context *context, const struct script_call *call)
{
    (void)context;
    return grub_add_entry(grub_of(call), call);
}

/* A file that is not there is a line, and the script goes on. */
int script_source(struct context *context, const struct script_call *call)
{
    struct arena *arena = grub_of(call)->arena;
    struct statement *first;
    struct file file;
    struct node node;
    if (call->count != 2) {
        return context_fail(context, ERR_INVALID, "which file?");
    }
    int error = devices_open_file(context->devices, context->plan.root, call->words[1], false,
                                  &file, &node);
    if (error != 0) {
        return error;
    }
    if (file.source.size > SOURCE_LIMIT) {
        return context_fail(context, ERR_TOO_LARGE, "the file is too large for a script");
    }
    char *text = arena_alloc(arena, file.source.size + 1);
    if (text == NULL) {
        return context_fail(context, ERR_TOO_LARGE, "there is no memory for the file");
    }
    error = source_read(&file.source, 0, text, file.source.size);
    if (error != 0) {
        return error;
    }
    error = grub_cfg_parse(&first, file.source.name, text, file.source.size, arena, context->log);
    int result = error == ERR_NO_MEMORY ? error : script_continue(call, first);
    return error != 0 ? error : result;
}
