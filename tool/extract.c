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

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/tool.h"

enum {
    PIECE =
        256 << 10, /* bytes: fits into a processor's cache, on its way from one file to another */
    DEPTH = 520,   /* directories that a walk can be in, and DIR */
};

struct extraction {
    struct tool *tool;
    struct log *log;
    const char *target; /* DIR */
    struct pvboot_walk *walk;
    const struct pvboot_node *node; /* that it has come to */
    int directories[DEPTH];         /* open, from DIR on, in which nodes of each depth are made */
    uint8_t buffer[PIECE];
};

/* Says what the system has against making the node. */
static int system_error(const struct extraction *extraction)
{
    return fail(extraction->log, ERR_IO, "%s/%s: %s", extraction->target, extraction->node->below,
                strerror(errno));
}

static int parent_of(const struct extraction *extraction)
{
    return extraction->directories[extraction->node->depth];
}

static void times_of(const struct pvboot_node *node, struct timespec times[2])
{
    times[0] = times[1] =
        (struct timespec){.tv_sec = node->mtime, .tv_nsec = node->mtime_nanoseconds};
}

static void set_times(const struct extraction *extraction)
{
    struct timespec times[2];
    times_of(extraction->node, times);
    (void)utimensat(parent_of(extraction), extraction->node->name, times,
                    AT_SYMLINK_NOFOLLOW); /* a time that the host cannot keep is no loss */
}

/* The same for an open file, which is quicker. */
static void set_file_times(const struct extraction *extraction, int file)
{
    struct timespec times[2];
    times_of(extraction->node, times);
    (void)futimens(file, times); /* likewise */
}

/* ---- files ---------------------------------------------------------------------------------- */

static int write_all(const struct extraction *extraction, int file, size_t length, uint64_t offset)
{
    for (size_t done = 0; done < length;) {
        ssize_t count =
            pwrite(file, extraction->buffer + done, length - done, (off_t)(offset + done));
        if (count < 0) {
            return system_error(extraction);
        }
        done += (size_t)count;
    }
    return 0;
}

/* Copies `length` bytes from `offset` on. */
static int copy_piece(struct extraction *extraction, struct pvboot_file *from, int file,
                      uint64_t offset, uint64_t length)
{
    for (uint64_t done = 0; done < length; done += PIECE) {
        size_t wanted = min_u64(PIECE, length - done);
        int64_t count = pvboot_file_read(from, offset + done, extraction->buffer, wanted);
        int error =
            count < 0 ? (int)count : write_all(extraction, file, (size_t)count, offset + done);
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/* Copies what has bytes; holes stay holes, and one at the end is made by the file's size. */
static int copy_bytes(struct extraction *extraction, struct pvboot_file *from, int file)
{
    uint64_t offset = 0, length = 0, size = pvboot_file_size(from);
    int found;
    while ((found = pvboot_file_next_piece(from, &offset, &length)) > 0) {
        int error = copy_piece(extraction, from, file, offset, length);
        if (error != 0) {
            return error;
        }
    }
    if (found < 0) {
        return found;
    }
    return offset + length == size || ftruncate(file, (off_t)size) == 0 ? 0
                                                                        : system_error(extraction);
}

/* A part of a file must not look like all of it. */
static void remove_part(const struct extraction *extraction)
{
    if (unlinkat(parent_of(extraction), extraction->node->name, 0) != 0) {
        (void)system_error(extraction); /* logged; that something is wrong is known */
        return;
    }
    log_line(extraction->log, "%s: not extracted: a part of it is missing", extraction->node->path);
}

static int extract_bytes(struct extraction *extraction, struct pvboot_file *from)
{
    const struct pvboot_node *node = extraction->node;
    int file = openat(parent_of(extraction), node->name,
                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                      node->mode & 0777); /* as it is: the command has no umask */
    if (file < 0) {
        return system_error(extraction);
    }
    int error = copy_bytes(extraction, from, file);
    set_file_times(extraction, file);
    (void)close(file); /* nothing is buffered in it */
    if (error != 0) {
        remove_part(extraction);
    }
    return error;
}

static int extract_file(struct extraction *extraction)
{
    struct pvboot_file *from;
    int error = pvboot_walk_file(extraction->walk, &from);
    if (error == 0) {
        error = extract_bytes(extraction, from);
        pvboot_file_close(from);
    }
    return error;
}

static int extract_link(struct extraction *extraction)
{
    const struct pvboot_node *node = extraction->node;
    if (symlinkat(node->target, parent_of(extraction), node->name) != 0) {
        return system_error(extraction);
    }
    set_times(extraction);
    return 0;
}

/* ---- directories ---------------------------------------------------------------------------- */

static int enter_directory(struct extraction *extraction)
{
    const char *name = extraction->node->name;
    int parent = parent_of(extraction);
    if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST) {
        return system_error(extraction);
    }
    int into = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (into < 0) {
        return system_error(extraction);
    }
    extraction->directories[extraction->node->depth + 1] = into;
    return 0;
}

static int leave_directory(const struct extraction *extraction)
{
    int into = extraction->directories[extraction->node->depth + 1];
    int error = fchmod(into, extraction->node->mode & 0777) != 0 ? system_error(extraction) : 0;
    (void)close(into); /* nothing is buffered in it */
    set_times(extraction);
    return error;
}

static int extract_directory(struct extraction *extraction)
{
    if (extraction->node->leaving) {
        return leave_directory(extraction);
    }
    int error = enter_directory(extraction);
    if (error != 0) {
        pvboot_walk_skip(extraction->walk);
    }
    return error;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int extract_node(struct extraction *extraction)
{
    const struct pvboot_node *node = extraction->node;
    if (node->name[0] == '\0') { /* "/boot/kernel/" */
        return fail(extraction->log, ERR_WRONG_TYPE, "%s: it is no directory", node->path);
    }
    switch (node->type) {
    case PVBOOT_FILE:
        return extract_file(extraction);
    case PVBOOT_LINK:
        return extract_link(extraction);
    case PVBOOT_DIRECTORY:
        return extract_directory(extraction);
    default:
        log_line(extraction->log, "%s: a device, pipe or socket is not extracted", node->path);
        return 0;
    }
}

/* What cannot be extracted is said, and does not stop the rest. */
static int extract_all(struct extraction *extraction)
{
    int found, status = STATUS_GOOD;
    while ((found = pvboot_walk_next(extraction->walk, &extraction->node)) != 0) {
        if (found < 0 || extract_node(extraction) != 0) {
            status = STATUS_BAD;
        }
    }
    return status;
}

/* Opens DIR, which is made if need be. Returns whether it is there; otherwise that is logged. */
static bool open_target(struct extraction *extraction)
{
    mode_t mask = umask(0); /* permissions are the disk's, but for DIR itself */
    if (mkdir(extraction->target, 0777 & ~mask) == 0 || errno == EEXIST) {
        extraction->directories[0] = open(extraction->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (extraction->directories[0] >= 0) {
            return true;
        }
    }
    log_line(extraction->log, "%s: %s", extraction->target, strerror(errno));
    return false;
}

/* A tree's contents go into DIR itself; a single file keeps its name. */
int tool_extract(struct tool *tool, char *const *arguments)
{
    static struct extraction extraction;
    extraction.tool = tool;
    extraction.log = &tool->said.log;
    extraction.target = arguments[1];
    if (pvboot_walk_open(tool->pvboot, arguments[0], PVBOOT_WALK_DEEP | PVBOOT_WALK_LEAVING,
                         &extraction.walk) != 0) {
        return STATUS_BAD;
    }
    int status = STATUS_BAD;
    if (open_target(&extraction)) {
        status = extract_all(&extraction);
        (void)close(extraction.directories[0]); /* nothing is buffered in it */
    }
    pvboot_walk_close(extraction.walk);
    return status;
}
