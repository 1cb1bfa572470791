/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/freebsd_files.h"

#include <string.h>

#include "boot/devices.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/lines.h"

enum { FILE_LIMIT = 64 << 10 /* bytes */ };

/* A small file's bytes, in the arena; NULL and no error where there is no such file. */
static int read_file(const char **text, size_t *length, struct devices *devices,
                     struct place *place, const char *path, struct arena *arena)
{
    struct file file;
    struct node node;
    *text = NULL;
    *length = 0;
    int error = devices_open_file(devices, place, path, true, &file, &node);
    if (error != 0) {
        return error == ERR_NOT_FOUND ? 0 : error;
    }
    if (file.source.size > FILE_LIMIT) {
        return fail(file.source.log, ERR_TOO_LARGE, "%s: larger than %d KiB, so it is passed over",
                    file.source.name, FILE_LIMIT >> 10);
    }
    char *bytes = arena_alloc(arena, file.source.size + 1);
    if (bytes == NULL) {
        return ERR_NO_MEMORY;
    }
    *text = bytes;
    *length = file.source.size;
    return source_read(&file.source, 0, bytes, *length);
}

int freebsd_read_conf(struct loader_conf *conf, struct devices *devices, struct place *place,
                      struct arena *arena)
{
    static const char *const paths[] = {"/boot/loader.conf", "/boot/loader.conf.local"};
    *conf = (struct loader_conf){0};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const char *text;
        size_t length;
        int error = read_file(&text, &length, devices, place, paths[i], arena);
        error = error == 0 && text != NULL ? loader_conf_parse(conf, text, length, arena) : error;
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* "DEVICE / TYPE OPTIONS ..." False: another line. */
static bool parse_mount(char *line, struct freebsd_root *root)
{
    char *point = cut_word(line), *type = cut_word(point), *options = cut_word(type);
    (void)cut_word(options);
    bool is_root = *line != '#' && strcmp(point, "/") == 0 && *type != '\0';
    if (is_root) {
        *root = (struct freebsd_root){.device = line, .type = type, .options = options};
    }
    return is_root;
}

int freebsd_read_root(struct freebsd_root *root, struct devices *devices, struct place *place,
                      struct arena *arena)
{
    struct lines lines;
    const char *text;
    size_t length;
    char *line;
    *root = (struct freebsd_root){0};
    int error = read_file(&text, &length, devices, place, "/etc/fstab", arena);
    if (error != 0 || text == NULL) {
        return error;
    }
    lines_open(&lines, text, length, arena);
    while ((line = lines_next(&lines, false)) != NULL && !parse_mount(line, root)) {
    }
    return line == NULL && lines.left > 0 ? ERR_NO_MEMORY : 0;
}
