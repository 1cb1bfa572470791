/* SPDX-License-Identifier: BSD-2-Clause */
/* menuentry and submenu; and the names of entries. */
#include <string.h>

#include "boot/commands/commands.h"
#include "boot/grub/grub.h"
#include "boot/script/menuentry.h"
#include "lib/error.h"
#include "menu/view/keys.h"

static const struct {
    const char *name;
    int key;
} keys[] = {
    {"backspace", KEY_BACKSPACE}, {"tab", KEY_TAB}, {"delete", KEY_DELETE}, {"escape", KEY_ESCAPE}};

/* A key by its name; 0: none that this terminal has. */
static int hotkey(const char *name)
{
    if (name == NULL) {
        return 0;
    }
    if (name[0] > ' ' && name[1] == '\0') {
        return name[0];
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i].name, name) == 0) {
            return keys[i].key;
        }
    }
    return 0;
}

int grub_add_entry(struct grub *grub, const struct script_call *call)
{
    struct menuentry parsed;
    struct arena *arena = grub->context->arena;
    if (grub->level == NULL) {
        return script_fail(call, ERR_INVALID, "no menu is being made");
    }
    struct entry *entry = arena_alloc(arena, sizeof *entry);
    if (entry == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = menuentry_parse(call, &parsed, arena);
    if (error != 0) {
        return error;
    }
    *entry = (struct entry){.title = menuentry_title(&parsed),
                            .id = parsed.id,
                            .hotkey = hotkey(parsed.hotkey),
                            .users = parsed.users,
                            .unrestricted = parsed.unrestricted,
                            .is_submenu = parsed.is_submenu,
                            .block = parsed.block,
                            .words = parsed.words,
                            .word_count = parsed.count};
    entry_add(grub->level, entry);
    return 0;
}

/* ---- names ---------------------------------------------------------------------------------- */

/* What `path` goes on with after this entry's name; NULL: it names another one. */
static const char *match(const struct entry *entry, const char *path)
{
    const struct menuentry names = {.id = entry->id, .words = entry->words};
    return menuentry_match(&names, entry->index, path);
}

struct entry *grub_find_entry(const struct entry *root, const char *path)
{
    struct entry *entry = root->first;
    const char *rest;
    while (entry != NULL) {
        rest = entry->words != NULL ? match(entry, path) : NULL;
        if (rest == NULL) {
            entry = entry->next;
        } else if (rest[0] != '\0' && entry->first != NULL) {
            path = rest;
            entry = entry->first;
        } else {
            return rest[0] == '\0' ? entry_first(entry) : NULL;
        }
    }
    return NULL;
}

/* A component, each '>' of which is doubled; NULL: no memory. */
static char *make_component(const char *name, struct arena *arena)
{
    char *component = arena_alloc(arena, 2 * strlen(name) + 1), *to = component;
    for (; to != NULL && *name != '\0'; name++) {
        if (*name == '>') {
            *to++ = '>';
        }
        *to++ = *name;
    }
    return component;
}

const char *grub_name_entry(const struct entry *entry, struct arena *arena)
{
    const struct entry *parent = entry->parent;
    bool is_inner = parent != NULL && parent->parent != NULL;
    const char *name = make_component(entry->id != NULL ? entry->id : entry->title, arena);
    if (name == NULL || !is_inner) {
        return name;
    }
    const char *outer = grub_name_entry(parent, arena);
    return outer != NULL ? arena_format(arena, "%s>%s", outer, name) : NULL;
}
