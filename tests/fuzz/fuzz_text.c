/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For libFuzzer: the input is a text: a grub.cfg, which is run, and so are its entries; a BLS entry
 * or loader.conf; FreeBSD's loader.conf; an extlinux.conf; an environment block. All must come to an end, and what ends a
 * script must have been logged.
 */
#include <stdlib.h>
#include <string.h>

#include "boot/script/expand.h"
#include "boot/script/grubenv.h"
#include "boot/script/menuentry.h"
#include "menu/bls/bls.h"
#include "menu/extlinux/extlinux.h"
#include "menu/freebsd/loader_conf.h"
#include "menu/grub_cfg/parse.h"
#include "tests/fuzz/fuzzing.h"

enum { ARENA_SIZE = 8 << 20, ENTRIES = 4, STEPS = 20000 };

struct fuzzed {
    struct script_host host; /* first */
    struct arena arena;
    struct menuentry entries[ENTRIES];
    size_t count;
};

static int source(struct fuzzed *fuzzed, const struct script_call *call)
{
    struct statement *first;
    const char *word = call->count > 1 ? call->words[1] : "";
    size_t length = strlen(word);
    char *text = arena_copy(&fuzzed->arena, word, length); /* a file's text stays */
    if (text == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = grub_cfg_parse(&first, "sourced", text, length, &fuzzed->arena, call->script->log);
    return error != 0 ? error : script_continue(call, first);
}

static int run_command(struct script_host *host, const struct script_call *call)
{
    struct fuzzed *fuzzed = (struct fuzzed *)host;
    const char *name = call->words[0];
    if (strcmp(name, "menuentry") == 0 && fuzzed->count < ENTRIES) {
        int error = menuentry_parse(call, &fuzzed->entries[fuzzed->count], &fuzzed->arena);
        fuzzed->count += error == 0 ? 1 : 0;
        return error;
    }
    if (strcmp(name, "source") == 0) {
        return source(fuzzed, call);
    }
    if (strcmp(name, "boot") == 0) {
        return 1;
    }
    return name[0] == 'l' ? SCRIPT_FALSE : SCRIPT_UNKNOWN;
}

static void print(struct script_host *host, const char *text, bool newline)
{
    (void)host;
    (void)newline;
    if (strlen(text) > ARENA_SIZE) {
        abort();
    }
}

static int find_file(struct script_host *host, const char *path, struct script_file *file)
{
    (void)host;
    *file = (struct script_file){.size = strlen(path)};
    return path[0] == '/' ? 0 : ERR_NOT_FOUND;
}

/* Every folder has the same. */
static void list_names(struct script_host *host, const char *folder, struct script_names *names)
{
    static const char *const found[] = {"(hd0)", "(hd0,gpt1)", "a", "*?", "boot", "vmlinuz-1"};
    (void)host;
    for (size_t i = folder == NULL ? 0 : 2; i < sizeof found / sizeof found[0]; i++) {
        if (!names->take(names, found[i])) {
            return;
        }
    }
}

static void run_script(struct fuzzed *fuzzed, const char *text, size_t size,
                       struct counting_log *log)
{
    static struct script script;
    struct statement *first;
    int error = grub_cfg_parse(&first, "fuzzed", text, size, &fuzzed->arena, &log->log);
    if (error != 0 && error != ERR_NO_MEMORY && log->lines == 0) {
        abort();
    }
    if (script_open(&script, &fuzzed->host, &fuzzed->arena, &log->log) != 0) {
        return;
    }
    script.limit = STEPS;
    error = script_run(&script, first);
    for (size_t i = 0; error == 0 && i < fuzzed->count; i++) {
        const struct menuentry *entry = &fuzzed->entries[i];
        error = script_run_block(&script, entry->block, entry->words, entry->count);
    }
    if (error < 0 && log->lines == 0) {
        abort();
    }
}

static int no_include(struct extlinux_files *files, const char *from, const char *path,
                      const char **name, const char **text, size_t *length)
{
    (void)files;
    (void)from;
    *name = path;
    *text = "LABEL included\nMENU END\nINCLUDE x\n";
    *length = strlen(*text);
    return 0;
}

static void parse_others(struct arena *arena, const char *text, size_t size, struct log *log)
{
    struct extlinux_files files = {.read = no_include};
    struct extlinux_config config;
    struct bls_entry entry;
    struct bls_loader loader;
    struct loader_conf conf = {0};
    if (loader_conf_parse(&conf, text, size, arena) == 0 && conf.first != NULL) {
        (void)loader_conf_is_kernels(conf.first);
        (void)loader_conf_module(conf.last);
    }
    if (extlinux_parse(&config, "fuzzed", text, size, &files, arena, log) == 0) {
        (void)extlinux_default(&config);
    }
    if (bls_parse_entry(&entry, "a+3-1.conf", text, size, arena) == 0) {
        (void)bls_compare(&entry, &entry);
    }
    if (bls_parse_loader(&loader, "fuzzed", text, size, arena, log) == 0 &&
        loader.default_id != NULL) {
        (void)bls_matches(loader.default_id, loader.default_id);
    }
}

static void change_block(struct arena *arena, const char *text, size_t size)
{
    struct variables variables;
    struct arena own;
    struct grubenv block = {.bytes = arena_copy(arena, text, size), .size = size};
    if (block.bytes == NULL || !grubenv_is_valid(&block) ||
        arena_open_within(&own, arena, ARENA_SIZE / 2) != 0 ||
        variables_open(&variables, &own) != 0) {
        return;
    }
    if (grubenv_load(&block, NULL, &variables, arena) != 0) {
        return;
    }
    for (const struct variable *variable = variables_after(&variables, NULL); variable != NULL;
         variable = variables_after(&variables, variable->named.name)) {
        (void)grubenv_set(&block, variable->named.name, "a\\\nb");
        grubenv_unset(&block, variable->named.name);
    }
    if (!grubenv_is_valid(&block)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t memory[ARENA_SIZE] __attribute__((aligned(4096)));
    struct fuzzed fuzzed = {
        .host = {.run = run_command, .print = print, .file = find_file, .names = list_names},
        .arena = fuzzing_arena(memory, ARENA_SIZE)};
    struct counting_log log = fuzzing_log();
    const char *text = (const char *)data;
    run_script(&fuzzed, text, size, &log);
    arena_release(&fuzzed.arena, 0);
    parse_others(&fuzzed.arena, text, size, &log.log);
    arena_release(&fuzzed.arena, 0);
    change_block(&fuzzed.arena, text, size);
    return 0;
}
