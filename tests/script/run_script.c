/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_script FILE: runs a script of GRUB 2's as boot/script does, to be compared with GRUB's own
 * programs. echo goes to standard output, messages to standard error, and file tests ask this
 * machine. `load_env -f FILE [NAME...]` and `save_env -f FILE NAME...` read and write an environment
 * block, `clear_env -f FILE NAME...` takes variables out of it.
 *
 * run_script -n FILE...: parses them, and names those that are right.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "boot/script/grubenv.h"
#include "boot/script/script.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grub_cfg/parse.h"

enum { ARENA_SIZE = 16 << 20, TEXT_SIZE = 1 << 20 };

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

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "r+b");
    if (file == NULL || fwrite(text, 1, length, file) != length || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static int save(const struct script_call *call, struct grubenv *block)
{
    bool clears = strcmp(call->words[0], "clear_env") == 0;
    int error = 0;
    for (size_t i = 3; error == 0 && i < call->count; i++) {
        const char *value = variables_get(&call->script->variables, call->words[i]);
        if (clears) {
            grubenv_unset(block, call->words[i]);
        } else if (value != NULL) {
            error = grubenv_set(block, call->words[i], value);
        }
    }
    write_file(call->words[2], block->bytes, block->size);
    return error != 0 ? script_fail(call, error, error_text(error)) : 0;
}

static int run_command(struct script_host *host, const struct script_call *call)
{
    static char bytes[TEXT_SIZE];
    struct grubenv block = {.bytes = bytes};
    const char *name = call->words[0];
    (void)host;
    if (strstr(name, "_env") == NULL || call->count < 3) {
        return SCRIPT_UNKNOWN;
    }
    block.size = read_file(call->words[2], bytes);
    if (!grubenv_is_valid(&block)) {
        return script_fail(call, ERR_CORRUPT, "no environment block");
    }
    return strcmp(name, "load_env") == 0
               ? grubenv_load(&block, call->count > 3 ? call->words + 3 : NULL,
                              &call->script->variables, &call->script->scratch)
               : save(call, &block);
}

static void print(struct script_host *host, const char *text, bool newline)
{
    (void)host;
    (void)printf("%s%s", text, newline ? "\n" : "");
}

/* "(host)/path" */
static const char *without_device(const char *path)
{
    static const char device[] = "(host)";
    size_t length = sizeof device - 1;
    return strncmp(path, device, length) == 0 ? path + length : path;
}

static int find_file(struct script_host *host, const char *path, struct script_file *file)
{
    struct stat status;
    (void)host;
    if (stat(without_device(path), &status) != 0) {
        return ERR_NOT_FOUND;
    }
    *file = (struct script_file){.is_directory = S_ISDIR(status.st_mode),
                                 .size = (uint64_t)status.st_size,
                                 .modified = status.st_mtime};
    return 0;
}

static void list_devices(struct script_names *names)
{
    if (names->take(names, "(proc)")) {
        (void)names->take(names, "(host)");
    }
}

static void list_names(struct script_host *host, const char *path, struct script_names *names)
{
    const struct dirent *entry;
    (void)host;
    if (path == NULL) {
        list_devices(names);
        return;
    }
    DIR *folder = opendir(without_device(path));
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        bool is_dots = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        if (!is_dots && !names->take(names, entry->d_name)) {
            break;
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

static void parse_files(char **paths, struct arena *arena, struct log *log)
{
    static char text[TEXT_SIZE];
    for (; *paths != NULL; paths++) {
        struct statement *first;
        size_t mark = arena_mark(arena);
        if (grub_cfg_parse(&first, *paths, text, read_file(*paths, text), arena, log) == 0) {
            (void)printf("%s\n", *paths);
        }
        arena_release(arena, mark);
    }
}

/* What stands before an error is run, too. */
static void run_file(const char *path, struct arena *arena, struct log *log)
{
    static char text[TEXT_SIZE];
    static struct script script;
    struct script_host host = {
        .run = run_command, .print = print, .file = find_file, .names = list_names};
    struct statement *first;
    (void)grub_cfg_parse(&first, path, text, read_file(path, text), arena, log);
    if (script_open(&script, &host, arena, log) == 0) {
        script.wildcards = true; /* grub-emu has all modules */
        (void)script_run(&script, first);
    }
}

int main(int count, char **words)
{
    struct log log = {.line = log_to_stderr};
    struct arena arena = {.base = aligned_alloc(PAGE_SIZE, ARENA_SIZE),
                          .ready = ARENA_SIZE,
                          .limit = ARENA_SIZE,
                          .grow = full};
    if (count > 1 && strcmp(words[1], "-n") == 0) {
        parse_files(words + 2, &arena, &log);
    } else if (count == 2) {
        run_file(words[1], &arena, &log);
    }
    free(arena.base);
    return 0;
}
