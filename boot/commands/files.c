/* SPDX-License-Identifier: BSD-2-Clause */
/* ls, cat, cmp, blocklist: looking at files. */
#include <stdio.h>
#include <string.h>

#include "boot/commands/context.h"
#include "fs/subject.h"
#include "lib/arena.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "pvops/disk.h"

enum { PIECE = 64 << 10 /* bytes that are read at once */ };

/* ---- ls ------------------------------------------------------------------------------------- */

/* Too large for the stack. */
struct listing {
    struct subject subject;
    struct dir_entry entry;
    char target[LINK_SIZE];
    char mode[MODE_TEXT_SIZE];
};

/* False: stop. A link whose text cannot be read is still listed. */
static bool print_node(const struct context *context, struct listing *listing, struct node *node,
                       const char *name)
{
    node_mode_text(node, listing->mode);
    bool is_link = node->type == NODE_LINK && node->volume->type->link(node, listing->target) == 0;
    return context_print(context, "%s %12lu  %s%s%s", listing->mode, node->size, name,
                         is_link ? " -> " : "", is_link ? listing->target : "");
}

/* Returns whether to go on: an entry that is damaged is said, and does not hide the others. */
static bool print_entry(const struct context *context, struct listing *listing,
                        struct volume *volume)
{
    struct node node;
    size_t before = subject_enter(&listing->subject, listing->entry.name);
    bool more = node_load(volume, listing->entry.id, &node) != 0 ||
                print_node(context, listing, &node, listing->entry.name);
    subject_leave(&listing->subject, before);
    return more;
}

static int print_directory(const struct context *context, struct listing *listing,
                           struct node *directory)
{
    struct volume *volume = directory->volume;
    uint64_t cursor = 0;
    int found;
    while ((found = volume->type->next(directory, &cursor, &listing->entry)) > 0) {
        if (!print_entry(context, listing, volume)) {
            return 0;
        }
    }
    return found;
}

static int print_all(const struct context *context, struct listing *listing, struct node *node,
                     const char *path)
{
    int error = 0;
    subject_begin(&listing->subject, node->volume, path);
    if (node->type == NODE_DIRECTORY) {
        error = print_directory(context, listing, node);
    } else {
        (void)print_node(context, listing, node, path);
    }
    subject_end(&listing->subject);
    return error;
}

int run_ls(struct context *context, const char *arguments)
{
    const char *rest;
    struct node node;
    struct listing *listing = arena_alloc(context->arena, sizeof *listing);
    struct place *place = devices_resolve(context->devices, context->plan.root, arguments, &rest);
    struct volume *volume = place != NULL ? devices_volume(context->devices, place) : NULL;
    if (listing == NULL) {
        return ERR_NO_MEMORY;
    }
    if (place == NULL) {
        return ERR_NOT_FOUND;
    }
    if (volume == NULL) {
        return devices_no_volume(context->devices, place);
    }
    int error = path_find_link(volume, rest, &node, false);
    return error != 0 ? error : print_all(context, listing, &node, rest);
}

/* ---- pieces of a file ----------------------------------------------------------------------- */

struct reader {
    struct file file;
    struct node node;
    uint8_t *bytes;
    size_t length; /* of the piece */
    uint64_t next; /* the offset of the next one */
};

static int reader_open(const struct context *context, struct reader *reader, const char *path)
{
    if (path == NULL || path[0] == '\0') {
        return path == NULL ? ERR_NO_MEMORY : context_fail(context, ERR_INVALID, "which file?");
    }
    *reader = (struct reader){.bytes = arena_pages(context->arena, PIECE)};
    return reader->bytes == NULL ? ERR_NO_MEMORY
                                 : devices_open_file(context->devices, context->plan.root, path,
                                                     false, &reader->file, &reader->node);
}

/* The next piece; length 0 at the end. */
static int reader_next(struct reader *reader)
{
    reader->length = min_u64(PIECE, reader->file.source.size - reader->next);
    int error = source_read(&reader->file.source, reader->next, reader->bytes, reader->length);
    reader->next += reader->length;
    return error;
}

/* ---- cat ------------------------------------------------------------------------------------ */

enum { CAT_LINE_SIZE = 512 };

/* A line of text, put together from pieces. */
struct cat {
    const struct context *context;
    char line[CAT_LINE_SIZE];
    size_t length;
};

static bool end_line(struct cat *cat)
{
    cat->line[cat->length] = '\0';
    cat->length = 0;
    return context_print(cat->context, "%s", cat->line);
}

static bool cat_byte(struct cat *cat, uint8_t byte)
{
    if (byte == '\n') {
        return end_line(cat);
    }
    cat->line[cat->length++] = byte == '\0' ? '?' : byte == '\r' ? ' ' : (char)byte;
    return cat->length + 1 < sizeof cat->line || end_line(cat);
}

int run_cat(struct context *context, const char *arguments)
{
    struct reader reader = {0};
    struct cat cat = {.context = context};
    bool more = true;
    int error = reader_open(context, &reader, context_word(context, &arguments));
    while (error == 0 && more) {
        error = reader_next(&reader);
        for (size_t i = 0; error == 0 && more && i < reader.length; i++) {
            more = cat_byte(&cat, reader.bytes[i]);
        }
        more = more && reader.length > 0;
    }
    if (error == 0 && cat.length > 0 && reader.length == 0) {
        (void)end_line(&cat);
    }
    return error;
}

/* ---- cmp ------------------------------------------------------------------------------------ */

/* Prints the first difference of two pieces. Returns whether there is one. */
static bool differ(const struct context *context, const struct reader *a, const struct reader *b)
{
    for (size_t i = 0; i < a->length && i < b->length; i++) {
        if (a->bytes[i] != b->bytes[i]) {
            (void)context_print(context, "differ at byte %lu: 0x%02x and 0x%02x",
                                a->next - a->length + i, a->bytes[i], b->bytes[i]);
            return true;
        }
    }
    return false;
}

int run_cmp(struct context *context, const char *arguments)
{
    struct reader a = {0}, b = {0};
    int error = reader_open(context, &a, context_word(context, &arguments));
    if (error == 0) {
        error = reader_open(context, &b, context_word(context, &arguments));
    }
    if (error != 0) {
        return error;
    }
    if (a.file.source.size != b.file.source.size) {
        (void)context_print(context, "differ in size: %lu and %lu bytes", a.file.source.size,
                            b.file.source.size);
        return 0;
    }
    do {
        error = reader_next(&a);
        if (error == 0) {
            error = reader_next(&b);
        }
        if (error != 0 || differ(context, &a, &b)) {
            return error;
        }
    } while (a.length > 0);
    (void)context_print(context, "the same %lu bytes", a.file.source.size);
    return 0;
}

/* ---- blocklist ------------------------------------------------------------------------------ */

/* "(hd0)100+8": sectors of 512 bytes. */
static bool print_extent(const struct context *context, const struct extent *extent)
{
    uint64_t sectors = (extent->length + SECTOR_SIZE - 1) / SECTOR_SIZE;
    if (extent->kind == EXTENT_DISK) {
        return context_print(context, "(%s)%lu+%lu", extent->disk->name,
                             extent->offset / SECTOR_SIZE, sectors);
    }
    return context_print(context, "%s, %lu sectors",
                         extent->kind == EXTENT_ZERO ? "a hole" : "bytes in an inode", sectors);
}

static bool follows(const struct extent *run, const struct extent *next)
{
    return run->length > 0 && run->kind == next->kind && run->disk == next->disk &&
           (run->kind == EXTENT_ZERO || run->offset + run->length == next->offset);
}

int run_blocklist(struct context *context, const char *arguments)
{
    struct reader reader = {0};
    struct extent run = {.length = 0}, next;
    int error = reader_open(context, &reader, context_word(context, &arguments));
    for (uint64_t at = 0; error == 0 && at < reader.file.source.size; at += next.length) {
        error = source_resolve(&reader.file.source, at, &next);
        if (error != 0) {
            return error;
        }
        if (follows(&run, &next)) {
            run.length += next.length;
        } else {
            bool more = run.length == 0 || print_extent(context, &run);
            run = next;
            if (!more) {
                return 0;
            }
        }
    }
    if (error == 0 && run.length > 0) {
        (void)print_extent(context, &run);
    }
    return error;
}
