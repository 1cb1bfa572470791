/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * blscfg: entries of the Boot Loader Specification in a grub.cfg, as Fedora's GRUB has them. Each becomes
 * the source that a person would write:
 *
 *      menuentry TITLE --id ID { linux (hd0,gpt2)/vmlinuz-6.8 root=... ro
 *                                initrd (hd0,gpt2)/initramfs-6.8.img }
 *
 * Values may name variables, of grubenv's for one; they are expanded at once.
 */
#include <string.h>

#include "boot/commands/context.h"
#include "boot/device_name.h"
#include "boot/grub/grub.h"
#include "boot/open/open.h"
#include "boot/script/expand.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/bls/bls.h"

struct maker {
    const struct context *context;
    struct grub *grub;
    const struct bls_list *list;
    char device[DEVICE_NAME_SIZE];
};

/* With the values of variables; NULL: no memory. */
static char *expand(const struct maker *maker, const char *text)
{
    return expand_text(&maker->grub->script.variables, text, maker->context->arena);
}

/* "NAME(hd0,gpt2)PATH ": adds to a line. NULL: no memory. */
static const char *add_path(const struct maker *maker, const char *line, const char *path)
{
    if (line == NULL || path[0] != '/') {
        return line == NULL ? NULL : arena_format(maker->context->arena, "%s %s", line, path);
    }
    return arena_format(maker->context->arena, "%s (%s)%s", line, maker->device,
                        open_bls_path(maker->context, maker->list, path));
}

/* Paths with blanks between them. */
static const char *add_paths(const struct maker *maker, const char *line, const char *text)
{
    struct arena *arena = maker->context->arena;
    text = expand(maker, text);
    while (line != NULL && text != NULL && *(text += strspn(text, " ")) != '\0') {
        size_t length = strcspn(text, " ");
        const char *path = arena_copy(arena, text, length);
        line = path != NULL ? add_path(maker, line, path) : NULL;
        text += length;
    }
    return text != NULL ? line : NULL;
}

static const char *initrd_line(const struct maker *maker, const struct bls_entry *bls)
{
    const char *early = variables_get(&maker->grub->script.variables, "early_initrd");
    const char *line = add_paths(maker, "initrd", early != NULL ? early : "");
    for (size_t i = 0; line != NULL && i < bls->initrds.count; i++) {
        line = add_paths(maker, line, bls->initrds.values[i]);
    }
    return line;
}

/* Without options of its own the entry has those of $default_kernelopts. */
static const char *linux_line(const struct maker *maker, const struct bls_entry *bls)
{
    struct arena *arena = maker->context->arena;
    const char *others = variables_get(&maker->grub->script.variables, "default_kernelopts");
    const char *line = add_paths(maker, "linux", bls->linux_path);
    for (size_t i = 0; line != NULL && i < bls->options.count; i++) {
        const char *options = expand(maker, bls->options.values[i]);
        line = options != NULL ? arena_format(arena, "%s %s", line, options) : NULL;
    }
    if (line != NULL && bls->options.count == 0 && others != NULL) {
        const char *options = expand(maker, others);
        return options != NULL ? arena_format(arena, "%s %s", line, options) : NULL;
    }
    return line;
}

static const char *source_of(const struct maker *maker, const struct bls_entry *bls)
{
    if (bls->linux_path == NULL) {
        return bls->other != NULL ? "chainloader\n" : "linux\n";
    }
    const char *kernel = linux_line(maker, bls), *initrd = initrd_line(maker, bls);
    if (kernel == NULL || initrd == NULL) {
        return NULL;
    }
    bool has_initrd = strchr(initrd, ' ') != NULL;
    return arena_format(maker->context->arena, "%s\n%s%s", kernel, has_initrd ? initrd : "",
                        has_initrd ? "\n" : "");
}

static int add_entry(const struct maker *maker, const struct bls_entry *bls)
{
    struct arena *arena = maker->context->arena;
    struct entry *entry = arena_alloc(arena, sizeof *entry);
    const char **words = arena_array(arena, 3, sizeof *words);
    const char *file = arena_format(arena, "(%s)%s/loader/entries/%s.conf", maker->device,
                                    maker->list->base, bls->id);
    const char *source = source_of(maker, bls);
    if (entry == NULL || words == NULL || file == NULL || source == NULL) {
        return ERR_NO_MEMORY;
    }
    words[0] = "menuentry";
    words[1] = bls->title != NULL ? bls->title : bls->id;
    const char *argument = bls->grub_arg != NULL ? bls->grub_arg : "";
    *entry =
        (struct entry){.title = words[1],
                       .id = bls->id,
                       .users = bls->grub_users != NULL ? expand(maker, bls->grub_users) : NULL,
                       .unrestricted = strstr(argument, "--unrestricted") != NULL,
                       .hotkey = bls->grub_hotkey != NULL ? bls->grub_hotkey[0] : 0,
                       .words = words,
                       .word_count = 2};
    int error = grub_parse_block(maker->grub, &entry->block, file, source);
    if (error == 0) {
        entry_add(maker->grub->level, entry);
    }
    return error;
}

/* The folder's place becomes the root for a while: $boot, or $root. */
static int enter_place(struct context *context, const struct script_call *call)
{
    const char *boot = variables_get(&call->script->variables, "boot");
    if (boot == NULL || boot[0] == '\0') {
        return context->plan.root != NULL ? 0 : ERR_NOT_FOUND;
    }
    const char *name = arena_format(context->arena, "(%s)", boot);
    struct place *place =
        name != NULL ? devices_find(context->devices, name, device_name_length(name)) : NULL;
    context->plan.root = place != NULL ? place : context->plan.root;
    return place != NULL ? 0 : ERR_NOT_FOUND;
}

static int list_entries(struct bls_list *list, const struct context *context,
                        const struct script_call *call)
{
    const char *folder = variables_get(&call->script->variables, "blsdir");
    if (folder != NULL && folder[0] != '\0') {
        return open_bls_list(list, folder, bls_compare_by_id, context);
    }
    int error = open_bls_list(list, "/loader/entries", bls_compare_by_id, context);
    return error == ERR_NOT_FOUND
               ? open_bls_list(list, "/boot/loader/entries", bls_compare_by_id, context)
               : error;
}

static int add_all(struct context *context, const struct script_call *call)
{
    struct bls_list list;
    struct maker maker = {
        .context = context, .grub = (struct grub *)call->script->host, .list = &list};
    int error = enter_place(context, call);
    if (error == 0) {
        error = list_entries(&list, context, call);
    }
    if (error == ERR_NOT_FOUND) {
        return context_fail(context, error, "there is no folder loader/entries");
    }
    for (size_t i = 0; error == 0 && i < list.count; i++) {
        device_name_of(context->plan.root, maker.device);
        error = add_entry(&maker, &list.entries[i]);
    }
    return error;
}

int script_blscfg(struct context *context, const struct script_call *call)
{
    struct place *root = context->plan.root;
    if (((struct grub *)call->script->host)->level == NULL) {
        return context_fail(context, ERR_INVALID, "no menu is being made");
    }
    int error = add_all(context, call);
    context->plan.root = root;
    return error;
}
