/* SPDX-License-Identifier: BSD-2-Clause */
#include "boot/saved.h"

#include <stdio.h>
#include <string.h>

#include "boot/devices.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "menu/grammar/lines.h"

enum { HEAD_SIZE = 32 /* bytes, the NUL included: a number and the end of its line */ };

#define DIGITS "0123456789"

/* The file `default` in the config's directory. */
struct saved {
    struct file file;
    struct node node;
    char head[HEAD_SIZE]; /* its beginning */
    size_t length;
};

static int open_saved(struct saved *saved, struct devices *devices, const char *config,
                      struct arena *arena, struct log *log)
{
    const char *slash = strrchr(config, '/');
    if (slash == NULL) {
        return fail(log, ERR_UNSUPPORTED, "%s: a menu that is no file has no saved default",
                    config);
    }
    char *path = arena_format(arena, "%.*sdefault", (int)(slash + 1 - config), config);
    if (path == NULL) {
        return ERR_NO_MEMORY;
    }
    int error = devices_open_file(devices, NULL, path, false, &saved->file, &saved->node);
    if (error != 0) {
        return error;
    }
    saved->length = min_u64(saved->file.source.size, HEAD_SIZE - 1);
    saved->head[saved->length] = '\0';
    return source_read(&saved->file.source, 0, saved->head, saved->length);
}

static int no_number(const struct saved *saved)
{
    return fail(saved->file.source.log, ERR_CORRUPT,
                "%s: it does not begin with the number of an entry", saved->file.source.name);
}

int saved_read(struct devices *devices, const char *config, size_t *entry, struct arena *arena,
               struct log *log)
{
    struct saved saved = {0};
    int number, error = open_saved(&saved, devices, config, arena, log);
    if (error != 0) {
        return error;
    }
    saved.head[strspn(saved.head, DIGITS)] = '\0';
    if (!parse_decimal(saved.head, &number)) {
        return no_number(&saved);
    }
    *entry = (size_t)number;
    return 0;
}

/*
 * The new number and the end of its line, then ends of lines as far as the old line went. A file
 * that does not begin with a line of this kind is not ours.
 */
int saved_write(struct devices *devices, const char *config, int entry, struct arena *arena,
                struct log *log)
{
    struct saved saved = {0};
    char text[HEAD_SIZE];
    int error = open_saved(&saved, devices, config, arena, log);
    if (error != 0) {
        return error;
    }
    size_t length = (size_t)snprintf(text, sizeof text, "%d\n", entry); /* fits */
    size_t old = strspn(saved.head, DIGITS);
    if (old == 0 || strchr("\r\n", saved.head[old]) == NULL) { /* the text's end is one, too */
        return no_number(&saved);
    }
    for (; length < old; length++) {
        text[length] = '\n';
    }
    return file_rewrite(&saved.file, 0, text, length);
}
