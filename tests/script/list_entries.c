/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * list_entries FILE: runs a grub.cfg and then each of its entries, and lists what they would boot:
 *
 *      Debian GNU/Linux  id=gnulinux-simple
 *          linux /boot/vmlinuz-6.1.0-18-amd64 root=/dev/xvda1 ro
 *
 * `search` finds all that it is asked for: root becomes its last word.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/script/menuentry.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grub_cfg/parse.h"

enum { ARENA_SIZE = 16 << 20, TEXT_SIZE = 1 << 20, ENTRIES = 100 };

/* The entries of one menu. */
struct menu {
    struct menuentry entries[ENTRIES];
    size_t count;
};

struct lister {
    struct script_host host; /* first */
    struct script script;
    struct arena arena;
    struct menu *menu; /* that is being filled */
    int depth;
};

static void log_to_stderr(struct log *log, const char *text)
{
    (void)log;
    (void)fprintf(stderr, "%s\n", text);
}

static int full(struct arena *arena, size_t needed)
{
    (void)arena;
    (void)needed;
    return ERR_NO_MEMORY;
}

static void indent(const struct lister *lister)
{
    (void)printf("%*s", lister->depth * 4, "");
}

static int add_entry(struct lister *lister, const struct script_call *call)
{
    struct menu *menu = lister->menu;
    int error = menuentry_parse(call, &menu->entries[menu->count], &lister->arena);
    menu->count += error == 0 && menu->count + 1 < ENTRIES ? 1 : 0;
    return error;
}

static int search(const struct script_call *call)
{
    for (size_t i = 1; i < call->count; i++) {
        if (strncmp(call->words[i], "--set=", 6) == 0) {
            return variables_set(&call->script->variables, call->words[i] + 6,
                                 call->words[call->count - 1]);
        }
    }
    return variables_set(&call->script->variables, "root", call->words[call->count - 1]);
}

/* Does it decide what boots? */
static bool is_shown(const char *name)
{
    static const char *const shown[] = {"linux",       "linux16",   "linuxefi",    "initrd",
                                        "initrd16",    "initrdefi", "multiboot",   "multiboot2",
                                        "module",      "module2",   "chainloader", "configfile",
                                        "savedefault", "halt",      "reboot",      "fwsetup"};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++) {
        if (strcmp(shown[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int run_command(struct script_host *host, const struct script_call *call)
{
    struct lister *lister = (struct lister *)host;
    const char *name = call->words[0];
    if (strcmp(name, "menuentry") == 0 || strcmp(name, "submenu") == 0) {
        return add_entry(lister, call);
    }
    if (strcmp(name, "search") == 0) {
        return search(call);
    }
    if (strchr(name, '=') != NULL) {
        return SCRIPT_UNKNOWN;
    }
    if (is_shown(name)) {
        indent(lister);
        for (size_t i = 0; i < call->count; i++) {
            (void)printf("%s%s", i > 0 ? " " : "", call->words[i]);
        }
        (void)printf("\n");
    }
    return 0;
}

static void print(struct script_host *host, const char *text, bool newline)
{
    (void)host;
    (void)text;
    (void)newline;
}

static int no_file(struct script_host *host, const char *path, struct script_file *file)
{
    (void)host;
    (void)path;
    (void)file;
    return ERR_NOT_FOUND;
}

static void no_names(struct script_host *host, const char *folder, struct script_names *names)
{
    (void)host;
    (void)folder;
    (void)names;
}

static void show_entry(const struct lister *lister, const struct menuentry *entry)
{
    indent(lister);
    (void)printf("%s%s", menuentry_title(entry), entry->is_submenu ? " >" : "");
    if (entry->id != NULL) {
        (void)printf("  id=%s", entry->id);
    }
    if (entry->users != NULL) {
        (void)printf("  users=%s", entry->users);
    }
    if (entry->hotkey != NULL) {
        (void)printf("  hotkey=%s", entry->hotkey);
    }
    (void)printf("%s\n", entry->unrestricted ? "  unrestricted" : "");
}

static void run_menu(struct lister *lister, const struct menu *menu);

/* A submenu has a context of its own; what was not exported is not seen in it. */
static void run_submenu(struct lister *lister, const struct menuentry *entry)
{
    struct menu *inner = calloc(1, sizeof *inner);
    if (inner != NULL && variables_push(&lister->script.variables) == 0) {
        lister->menu = inner;
        (void)script_run_block(&lister->script, entry->block, entry->words, entry->count);
        run_menu(lister, inner);
        variables_pop(&lister->script.variables);
    }
    free(inner);
}

static void run_menu(struct lister *lister, const struct menu *menu)
{
    for (size_t i = 0; i < menu->count; i++) {
        const struct menuentry *entry = &menu->entries[i];
        show_entry(lister, entry);
        lister->depth++;
        if (entry->is_submenu) {
            run_submenu(lister, entry);
        } else {
            (void)script_run_block(&lister->script, entry->block, entry->words, entry->count);
        }
        lister->depth--;
    }
}

static size_t read_file(const char *path, char *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    size_t length = fread(text, 1, TEXT_SIZE, file);
    (void)fclose(file);
    return length;
}

int main(int count, char **words)
{
    static char text[TEXT_SIZE];
    static struct menu menu;
    static struct lister lister = {
        .host = {.run = run_command, .print = print, .file = no_file, .names = no_names},
        .menu = &menu};
    struct log log = {.line = log_to_stderr};
    struct statement *first;
    if (count != 2) {
        return 2;
    }
    lister.arena = (struct arena){.base = aligned_alloc(PAGE_SIZE, ARENA_SIZE),
                                  .ready = ARENA_SIZE,
                                  .limit = ARENA_SIZE,
                                  .grow = full};
    int error =
        grub_cfg_parse(&first, words[1], text, read_file(words[1], text), &lister.arena, &log);
    if (error == 0 && script_open(&lister.script, &lister.host, &lister.arena, &log) == 0) {
        (void)variables_set(&lister.script.variables, "root", "hd0,msdos1");
        (void)variables_set(&lister.script.variables, "grub_platform", "xen");
        (void)variables_set(&lister.script.variables, "feature_menuentry_id", "y");
        (void)script_run(&lister.script, first);
        run_menu(&lister, &menu);
    }
    free(lister.arena.base);
    return error == 0 ? 0 : 1;
}
