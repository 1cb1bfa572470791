/* SPDX-License-Identifier: BSD-2-Clause */
#include "libpvboot/file.h"

#include <stdlib.h>
#include <string.h>

#include "fs/blocklist.h"
#include "fs/pieces.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "libpvboot/handle.h"
#include "libpvboot/pvboot.h"

enum {
    SMALL_PIECE =
        8 << 10, /* bytes: its neighbours are small files too, so they are read together */
};

struct pvboot_file {
    struct pvboot *pvboot;
    struct node node;
    struct file file;
    struct pieces pieces;
    char name[]; /* its device and path */
};

int file_of_node(struct pvboot *pvboot, const struct node *node, const char *name,
                 struct pvboot_file **opened)
{
    struct pvboot_file *file = calloc(1, sizeof *file + strlen(name) + 1);
    if (file == NULL) {
        return ERR_NO_MEMORY;
    }
    file->pvboot = pvboot;
    file->node = *node;
    memcpy(file->name, name, strlen(name) + 1);
    int error = file_open(&file->file, &file->node, file->name);
    if (error != 0) {
        free(file);
        return error;
    }
    pieces_begin(&file->pieces, &file->file);
    *opened = file;
    return 0;
}

/* The name of a file in memory that is given back. */
static int open_named(struct pvboot *pvboot, const struct node *node, const char *rest,
                      struct pvboot_file **opened)
{
    size_t mark = arena_mark(&pvboot->arena);
    const char *name = arena_format(&pvboot->arena, "%s%s%s", node->volume->source->name,
                                    rest[0] == '/' ? "" : "/", rest);
    int error = name == NULL ? ERR_NO_MEMORY : file_of_node(pvboot, node, name, opened);
    arena_release(&pvboot->arena, mark);
    return error;
}

/* "(hd0)100+50": sectors, of no file system. */
static int open_sectors(struct pvboot *pvboot, const char *path, struct pvboot_file **opened)
{
    struct file file;
    struct node node;
    int error = devices_open_file(&pvboot->devices, NULL, path, false, &file, &node);
    return error != 0 ? error : file_of_node(pvboot, &node, file.source.name, opened);
}

static int open_path(struct pvboot *pvboot, const char *path, struct pvboot_file **opened)
{
    const char *rest;
    struct place *place;
    struct volume *volume;
    struct node node;
    int error = handle_resolve(pvboot, path, &place, &rest);
    if (error == 0 && blocklist_is(rest)) {
        return open_sectors(pvboot, path, opened);
    }
    if (error == 0) {
        error = handle_volume(pvboot, place, &volume);
    }
    if (error == 0) {
        error = path_find(volume, rest, &node, false);
    }
    return error != 0 ? error : open_named(pvboot, &node, rest, opened);
}

int pvboot_file_open(struct pvboot *pvboot, const char *path, struct pvboot_file **opened)
{
    handle_begin(pvboot);
    return handle_end(pvboot, open_path(pvboot, path, opened));
}

void pvboot_file_close(struct pvboot_file *file)
{
    free(file);
}

uint64_t pvboot_file_size(const struct pvboot_file *file)
{
    return file->file.source.size;
}

const char *pvboot_file_name(const struct pvboot_file *file)
{
    return file->name;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

static int read_small(struct pvboot_file *file, uint64_t offset, void *buffer, size_t length)
{
    struct volume *volume = file->node.volume;
    volume->subject = file->name;
    int error = node_read(&file->node, offset, buffer, length);
    volume->subject = NULL;
    return error;
}

int64_t pvboot_file_read(struct pvboot_file *file, uint64_t offset, void *buffer, size_t length)
{
    handle_begin(file->pvboot);
    uint64_t size = file->file.source.size;
    size_t count = offset < size ? min_u64(length, size - offset) : 0;
    bool is_small = count <= SMALL_PIECE && file->node.volume->cache != NULL;
    int error = count == 0 ? 0
                : is_small ? read_small(file, offset, buffer, count)
                           : source_read(&file->file.source, offset, buffer, count);
    return handle_end(file->pvboot, error) != 0 ? error : (int64_t)count;
}

int pvboot_file_next_piece(struct pvboot_file *file, uint64_t *offset, uint64_t *length)
{
    handle_begin(file->pvboot);
    return handle_end(file->pvboot, pieces_next(&file->pieces, offset, length));
}
