/* SPDX-License-Identifier: BSD-2-Clause */
#include "bootloader/wish.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bootloader/request.h"
#include "lib/arena.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/machine.h"
#include "pvops/store.h"

/* ---- extra= --------------------------------------------------------------------------------- */

/* Each character of the kernel's words after a backslash: so they are one word (boot/host_words.h). */
static int set_command_line(struct machine *machine, const struct request *request)
{
    static const char append[] = " pvboot.append=";
    const char *words = request->arguments;
    size_t extra = strlen(request->extra);
    char *line = arena_alloc(machine->arena, extra + sizeof append + 2 * strlen(words));
    machine->command_line = line;
    if (line == NULL) {
        return fail(machine->log, ERR_NO_MEMORY, "--args: no memory for these words");
    }
    memcpy(line, request->extra, extra);
    if (words[0] == '\0') {
        return 0; /* the arena's memory ends it */
    }
    line += extra;
    memcpy(line, append, sizeof append - 1);
    line += sizeof append - 1;
    for (; *words != '\0'; words++) {
        *line++ = '\\';
        *line++ = *words;
    }
    return 0;
}

/* ---- ramdisk= ------------------------------------------------------------------------------- */

static int set_text(struct machine *machine, char *text, size_t size)
{
    machine->ramdisk = text;
    machine->ramdisk_size = size;
    return 0;
}

/* A menu of one entry, the kernel that the host names. */
static int make_menu(struct machine *machine, const struct request *request)
{
    const char *ramdisk = request->ramdisk;
    if (strpbrk(request->kernel, " \t\n") != NULL ||
        (ramdisk != NULL && strchr(ramdisk, '\n') != NULL)) {
        return fail(machine->log, ERR_INVALID, "--kernel=%s: a path with blanks cannot be said",
                    request->kernel);
    }
    char *text = arena_format(machine->arena, "title %s\nfind --set-root %s\nkernel %s\n%s%s\n",
                              request->kernel, request->kernel, request->kernel,
                              ramdisk != NULL ? "initrd " : "", ramdisk != NULL ? ramdisk : "");
    return text != NULL ? set_text(machine, text, strlen(text))
                        : fail(machine->log, ERR_NO_MEMORY, "--kernel: no memory for its name");
}

static int read_menu(struct machine *machine, const struct request *request)
{
    enum { LIMIT = 4 << 20 }; /* bytes, as of a menu on a disk */
    FILE *file = fopen(request->image, "re");
    char *text = arena_pages(machine->arena, LIMIT);
    if (file == NULL || text == NULL) {
        return fail(machine->log, ERR_NOT_FOUND, "%s: %s", request->image, strerror(errno));
    }
    size_t size = fread(text, 1, LIMIT, file);
    int error = ferror(file) ? fail(machine->log, ERR_IO, "%s: %s", request->image, strerror(errno))
                : size == LIMIT ? fail(machine->log, ERR_TOO_LARGE,
                                       "%s: no menu is as large as this", request->image)
                                : 0;
    (void)fclose(file); /* it was only read */
    return error != 0 ? error : set_text(machine, text, size);
}

int wish_config(struct machine *machine, const struct request *request)
{
    int error = set_command_line(machine, request);
    if (error != 0) {
        return error;
    }
    if (request->is_config) {
        return read_menu(machine, request);
    }
    return request->kernel != NULL ? make_menu(machine, request) : 0;
}

/* ---- xenstore ------------------------------------------------------------------------------- */

struct wish {
    struct store store; /* first: a struct store * is a struct wish * */
    const char *entry;
};

static int read_value(struct store *store, const char *path, char *value, size_t size)
{
    const struct wish *wish = (const struct wish *)store;
    if (wish->entry == NULL || strcmp(path, "vm-data/pvboot/entry") != 0) {
        return ERR_NOT_FOUND;
    }
    int length = snprintf(value, size, "%s", wish->entry);
    return length >= 0 && (size_t)length < size ? length : ERR_TOO_LARGE;
}

static void drop_value(struct store *store, const char *path, const char *value)
{
    (void)store;
    (void)path;
    (void)value;
}

static void drop_name(struct store *store, const char *path)
{
    (void)store;
    (void)path;
}

struct store *wish_store(const struct request *request)
{
    static struct wish wish = {
        .store = {.read = read_value, .write = drop_value, .remove = drop_name}};
    wish.entry = request->entry;
    return &wish.store;
}
