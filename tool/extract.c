/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pvboot extract PATH DIR: a file or a tree, with links, permissions and times. Names come from a
 * disk that nobody trusts: each is one component, opened relative to its directory and never
 * through a link, so nothing is written outside of DIR.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/descent.h"
#include "fs/pieces.h"
#include "fs/subject.h"
#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

enum {
    PIECE =
        256 << 10, /* bytes: fits into a processor's cache, on its way from one file to another */
    SMALL_PIECE =
        8 << 10, /* bytes: its neighbours are small files too, so they are read together */
};

struct extraction {
    struct tool *tool;
    struct log *log;
    uint8_t *buffer; /* PIECE bytes */
    struct descent descent;
    struct subject subject;
    int first_error; /* what cannot be extracted is said, and does not stop the rest */
};

static void note(struct extraction *extraction, int error)
{
    extraction->first_error = extraction->first_error != 0 ? extraction->first_error : error;
}

static int system_error(const struct extraction *extraction, const char *name)
{
    return fail(extraction->log, ERR_IO, "%s: %s", name, strerror(errno));
}

static void set_times(int directory, const char *name, const struct node *node)
{
    struct timespec times[2] = {{.tv_sec = node->mtime}, {.tv_sec = node->mtime}};
    (void)utimensat(directory, name, times,
                    AT_SYMLINK_NOFOLLOW); /* a time that the host cannot keep is no loss */
}

/* The same for an open file, which is quicker. */
static void set_file_times(int file, const struct node *node)
{
    struct timespec times[2] = {{.tv_sec = node->mtime}, {.tv_sec = node->mtime}};
    (void)futimens(file, times); /* likewise */
}

/* ---- files ---------------------------------------------------------------------------------- */

static int write_all(const struct extraction *extraction, int file, const char *name, size_t length,
                     uint64_t offset)
{
    for (size_t done = 0; done < length;) {
        ssize_t count =
            pwrite(file, extraction->buffer + done, length - done, (off_t)(offset + done));
        if (count < 0) {
            return system_error(extraction, name);
        }
        done += (size_t)count;
    }
    return 0;
}

static int read_piece(const struct extraction *extraction, const struct file *from, uint64_t offset,
                      size_t length)
{
    return length <= SMALL_PIECE ? node_read(from->node, offset, extraction->buffer, length)
                                 : source_read(&from->source, offset, extraction->buffer, length);
}

/* Copies `length` bytes from `offset` on. */
static int copy_piece(const struct extraction *extraction, const struct file *from, int file,
                      uint64_t offset, uint64_t length)
{
    for (uint64_t done = 0; done < length; done += PIECE) {
        size_t count = min_u64(PIECE, length - done);
        int error = read_piece(extraction, from, offset + done, count);
        if (error == 0) {
            error = write_all(extraction, file, from->source.name, count, offset + done);
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Copies what has bytes; holes stay holes, and one at the end is made by the file's size. */
static int copy_bytes(const struct extraction *extraction, const struct file *from, int file)
{
    struct pieces pieces;
    uint64_t offset = 0, length = 0;
    int found;
    pieces_begin(&pieces, from);
    while ((found = pieces_next(&pieces, &offset, &length)) > 0) {
        int error = copy_piece(extraction, from, file, offset, length);
        if (error != 0) {
            return error;
        }
    }
    if (found < 0) {
        return found;
    }
    return offset + length == from->source.size || ftruncate(file, (off_t)from->source.size) == 0
               ? 0
               : system_error(extraction, from->source.name);
}

/* A part of a file must not look like all of it. */
static void remove_part(const struct extraction *extraction, int directory, const char *name)
{
    if (unlinkat(directory, name, 0) != 0) {
        (void)system_error(extraction, name); /* logged; that something is wrong is known */
        return;
    }
    log_line(extraction->log, "%s: not extracted: a part of it is missing",
             extraction->subject.text);
}

static int extract_file(struct extraction *extraction, struct node *node, int directory,
                        const char *name)
{
    struct file source;
    int error = file_open(&source, node, extraction->subject.text);
    if (error != 0) {
        return error;
    }
    int file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                      node->mode & 0777); /* as it is: the command has no umask */
    if (file < 0) {
        return system_error(extraction, name);
    }
    error = copy_bytes(extraction, &source, file);
    set_file_times(file, node);
    (void)close(file); /* nothing is buffered in it */
    if (error != 0) {
        remove_part(extraction, directory, name);
    }
    return error;
}

static int extract_link(struct extraction *extraction, struct node *node, int directory,
                        const char *name)
{
    static char target[LINK_SIZE];
    int error = node->volume->type->link(node, target);
    if (error != 0) {
        return error;
    }
    if (symlinkat(target, directory, name) != 0) {
        return system_error(extraction, name);
    }
    set_times(directory, name, node);
    return 0;
}

/* ---- directories ---------------------------------------------------------------------------- */

static int extract_node(struct extraction *extraction, struct node *node, int directory,
                        const char *name);

static bool is_safe_name(const char *name)
{
    return name[0] != '\0' && strchr(name, '/') == NULL && !name_is_dots(name);
}

static int extract_named(struct extraction *extraction, struct node *directory,
                         const struct dir_entry *entry, int into)
{
    struct node node;
    if (!is_safe_name(entry->name)) {
        return fail(extraction->log, ERR_CORRUPT, "%s: this cannot be the name of a file",
                    extraction->subject.text);
    }
    int error = node_load(directory->volume, entry->id, &node);
    return error != 0 ? error : extract_node(extraction, &node, into, entry->name);
}

static void extract_entry(struct extraction *extraction, struct node *directory,
                          const struct dir_entry *entry, int into)
{
    size_t mark = arena_mark(&extraction->tool->arena);
    size_t before = subject_enter(&extraction->subject, entry->name);
    note(extraction, extract_named(extraction, directory, entry, into));
    subject_leave(&extraction->subject, before);
    arena_release(&extraction->tool->arena, mark);
}

static int extract_entries(struct extraction *extraction, struct node *directory, int into)
{
    struct dir_entry entry;
    uint64_t cursor = 0;
    int found;
    while ((found = descent_next(&extraction->descent, directory, &cursor, &entry)) > 0) {
        extract_entry(extraction, directory, &entry, into);
    }
    return found;
}

static int make_directory(struct extraction *extraction, struct node *node, int directory,
                          const char *name)
{
    if (mkdirat(directory, name, 0700) != 0 && errno != EEXIST) {
        return system_error(extraction, name);
    }
    int into = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (into < 0) {
        return system_error(extraction, name);
    }
    int error = extract_entries(extraction, node, into);
    if (fchmod(into, node->mode & 0777) != 0) {
        error = system_error(extraction, name);
    }
    (void)close(into); /* nothing is buffered in it */
    set_times(directory, name, node);
    return error;
}

static int extract_directory(struct extraction *extraction, struct node *node, int directory,
                             const char *name)
{
    int error = descent_enter(&extraction->descent, node);
    if (error != 0) {
        return error;
    }
    error = make_directory(extraction, node, directory, name);
    descent_leave(&extraction->descent);
    return error;
}

static int extract_node(struct extraction *extraction, struct node *node, int directory,
                        const char *name)
{
    switch (node->type) {
    case NODE_FILE:
        return extract_file(extraction, node, directory, name);
    case NODE_LINK:
        return extract_link(extraction, node, directory, name);
    case NODE_DIRECTORY:
        return extract_directory(extraction, node, directory, name);
    default:
        log_line(extraction->log, "%s: a device, pipe or socket is not extracted",
                 extraction->subject.text);
        return 0;
    }
}

/* ---- the command ---------------------------------------------------------------------------- */

/* A tree's contents go into DIR itself; a single file keeps its name. */
static int extract_into(struct extraction *extraction, struct node *node, const char *path,
                        int into)
{
    if (node->type == NODE_DIRECTORY) {
        int error = descent_enter(&extraction->descent, node);
        return error != 0 ? error : extract_entries(extraction, node, into);
    }
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (!is_safe_name(name)) {
        return fail(extraction->log, ERR_WRONG_TYPE, "%s: it is no directory",
                    extraction->subject.text);
    }
    return extract_node(extraction, node, into, name);
}

/* Opens DIR, which is made if need be. Returns it, or an error (logged). */
static int open_target(const struct extraction *extraction, const char *name)
{
    mode_t mask = umask(0); /* permissions are the disk's, but for DIR itself */
    if (mkdir(name, 0777 & ~mask) != 0 && errno != EEXIST) {
        return system_error(extraction, name);
    }
    int into = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return into < 0 ? system_error(extraction, name) : into;
}

int tool_extract(struct tool *tool, char *const *arguments)
{
    static struct extraction extraction;
    struct node node;
    extraction.tool = tool;
    extraction.log = tool->machine.log;
    extraction.buffer = arena_pages(&tool->arena, PIECE);
    if (extraction.buffer == NULL || tool_find(tool, arguments[0], &node) != 0) {
        return EXIT_FAILURE;
    }
    int into = open_target(&extraction, arguments[1]);
    if (into < 0) {
        return EXIT_FAILURE;
    }
    descent_begin(&extraction.descent, node.volume);
    subject_begin(&extraction.subject, node.volume, arguments[0]);
    note(&extraction, extract_into(&extraction, &node, arguments[0], into));
    subject_end(&extraction.subject);
    (void)close(into); /* nothing is buffered in it */
    return extraction.first_error == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
