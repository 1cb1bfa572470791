/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/open/open.h"

#include "boot/grub/grub.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/grammar.h"

enum { CONFIG_LIMIT = 4 << 20 /* bytes: more is no config */ };

int open_read(const struct context *context, const struct file *file, struct config_text *text)
{
    const struct source *source = &file->source;
    if (source->size > CONFIG_LIMIT) {
        return fail(context->log, ERR_TOO_LARGE, "%s: %lu bytes are too many for a config",
                    source->name, source->size);
    }
    char *bytes = arena_pages(context->arena, source->size + 1);
    if (bytes == NULL) {
        return fail(context->log, ERR_NO_MEMORY, "%s: no memory for it", source->name);
    }
    *text = (struct config_text){.name = source->name, .bytes = bytes, .length = source->size};
    return source_read(source, 0, bytes, source->size);
}

static int find(const struct context *context, const char *path, struct node *node)
{
    struct place *place = context->plan.root;
    struct volume *volume = place != NULL ? devices_volume(context->devices, place) : NULL;
    return volume != NULL ? path_find(volume, path, node, true) : ERR_NOT_FOUND;
}

bool open_is_there(const struct context *context, const char *path)
{
    struct node node;
    return find(context, path, &node) == 0 && node.type == NODE_FILE;
}

int open_text(struct config *config, const struct config_text *text, struct context *context)
{
    int error = config_parse(config, text, command_exists, context->arena, context->log);
    if (error != 0 || config->grammar->parse != NULL) {
        return error;
    }
    return config->grammar == &extlinux_conf ? open_extlinux(config, text, context)
                                             : grub_open(config, text, context);
}

int open_config(struct config *config, const char *path, bool quiet, struct context *context)
{
    struct file file;
    struct node node;
    struct config_text text;
    if (find(context, path, &node) == 0 && node.type == NODE_DIRECTORY && bls_is_folder(path)) {
        volume_set_home(&node);
        return open_bls(config, path, context);
    }
    int error = devices_open_file(context->devices, context->plan.root, path, quiet, &file, &node);
    if (error == 0) {
        volume_set_home(&node);
        error = open_read(context, &file, &text);
    }
    return error != 0 ? error : open_text(config, &text, context);
}
