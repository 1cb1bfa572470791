/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot extract PATH DIR: a file or a tree, with links, modes, times, holes and, for root, owners. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/error.h"
#include "lib/log.h"
#include "tool/extraction.h"
#include "tool/interrupt.h"

/* ---- what all nodes have -------------------------------------------------------------------- */

int extraction_failed(const struct extraction *extraction)
{
    return fail(extraction->log, ERR_IO, "%s/%s: %s", extraction->target, extraction->node->below,
                strerror(errno));
}

int extraction_parent(const struct extraction *extraction)
{
    return extraction->directories[extraction->node->depth];
}

static void times_of(const struct pvboot_node *node, struct timespec times[2])
{
    times[0] = times[1] =
        (struct timespec){.tv_sec = node->mtime, .tv_nsec = node->mtime_nanoseconds};
}

int extraction_finish_open(const struct extraction *extraction, int file)
{
    const struct pvboot_node *node = extraction->node;
    struct timespec times[2];
    times_of(node, times);
    if (extraction->is_root &&
        (fchown(file, node->owner, node->group) != 0 ||
         fchmod(file, node->mode) != 0)) { /* in this order: the first clears bits */
        return extraction_failed(extraction);
    }
    (void)futimens(file, times); /* a time that the host cannot keep is no loss */
    return 0;
}

int extraction_finish_link(const struct extraction *extraction)
{
    const struct pvboot_node *node = extraction->node;
    int parent = extraction_parent(extraction);
    struct timespec times[2];
    times_of(node, times);
    if (extraction->is_root &&
        fchownat(parent, node->name, node->owner, node->group, AT_SYMLINK_NOFOLLOW) != 0) {
        return extraction_failed(extraction);
    }
    (void)utimensat(parent, node->name, times, AT_SYMLINK_NOFOLLOW); /* likewise */
    return 0;
}

/* ---- each type ------------------------------------------------------------------------------ */

static int make_link(struct extraction *extraction)
{
    const struct pvboot_node *node = extraction->node;
    if (symlinkat(node->target, extraction_parent(extraction), node->name) != 0) {
        return extraction_failed(extraction);
    }
    return extraction_finish_link(extraction);
}

/* Another name of a file that has been made. Returns whether it is one now; else it is copied. */
static bool make_hard_link(struct extraction *extraction)
{
    const char *first = names_meet(&extraction->names, extraction->node);
    return first != NULL && linkat(extraction->directories[0], first, extraction_parent(extraction),
                                   extraction->node->name, 0) == 0;
}

static int enter_directory(struct extraction *extraction)
{
    const char *name = extraction->node->name;
    int parent = extraction_parent(extraction);
    if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST) {
        return extraction_failed(extraction);
    }
    int into = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (into < 0) {
        return extraction_failed(extraction);
    }
    extraction->directories[extraction->node->depth + 1] = into;
    extraction->sum.directories++;
    return 0;
}

static int leave_directory(const struct extraction *extraction)
{
    int into = extraction->directories[extraction->node->depth + 1], error = 0;
    if (!extraction->is_root && fchmod(into, extraction->node->mode & 0777) != 0) {
        error = extraction_failed(extraction);
    }
    if (error == 0) {
        error = extraction_finish_open(extraction, into);
    }
    (void)close(into); /* nothing is buffered in it */
    return error;
}

static int make_directory(struct extraction *extraction)
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

static int make_file_or_link(struct extraction *extraction)
{
    struct extract_sum *sum = &extraction->sum;
    if (make_hard_link(extraction)) {
        sum->hard_links++;
        return 0;
    }
    bool is_file = extraction->node->type == PVBOOT_FILE;
    int error = is_file ? extraction_make_file(extraction) : make_link(extraction);
    *(is_file ? &sum->files : &sum->links) += error == 0 ? 1 : 0;
    return error;
}

static int make_node(struct extraction *extraction)
{
    const struct pvboot_node *node = extraction->node;
    progress_add(&extraction->tool->progress, 1, 0);
    switch (node->type) {
    case PVBOOT_DIRECTORY:
        return make_directory(extraction);
    case PVBOOT_FILE:
    case PVBOOT_LINK:
        return make_file_or_link(extraction);
    default:
        log_line(extraction->log, "%s: a device, pipe or socket is not extracted",
                 node->short_path);
        extraction->sum.skipped++;
        return 0;
    }
}

/* ---- the command ---------------------------------------------------------------------------- */

static int extract_node(struct extraction *extraction)
{
    const struct pvboot_node *node = extraction->node;
    return node->name[0] != '\0' ? make_node(extraction)
                                 : fail(extraction->log, ERR_WRONG_TYPE, "%s: it is no directory",
                                        node->short_path); /* "/boot/kernel/" */
}

/* What cannot be extracted is said, and does not stop the rest. */
static int extract_all(struct extraction *extraction)
{
    int found, status = STATUS_GOOD;
    while (!interrupt_asked() &&
           (found = pvboot_walk_next(extraction->walk, &extraction->node)) != 0) {
        if (found < 0 || extract_node(extraction) != 0) {
            status = STATUS_BAD;
        }
    }
    if (interrupt_asked()) {
        log_line(extraction->log, "%s: interrupted: not all is there", extraction->target);
        status = STATUS_BAD;
    }
    return status;
}

/* Opens DIR, which is made if need be. Returns whether it is there; otherwise that is said. */
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

static int extract(struct extraction *extraction, const char *path)
{
    if (pvboot_walk_open(extraction->tool->pvboot, path, PVBOOT_WALK_DEEP | PVBOOT_WALK_LEAVING,
                         &extraction->walk) != 0) {
        return STATUS_BAD;
    }
    int status = STATUS_BAD;
    if (open_target(extraction)) {
        progress_begin(&extraction->tool->progress, "extract", 0);
        status = extract_all(extraction);
        progress_end(&extraction->tool->progress);
        (void)close(extraction->directories[0]); /* nothing is buffered in it */
    }
    names_close(&extraction->names);
    pvboot_walk_close(extraction->walk);
    return status;
}

/* A tree's contents go into DIR itself; a single file keeps its name. */
int tool_extract(struct tool *tool, char *const *arguments)
{
    static struct extraction extraction;
    extraction.tool = tool;
    extraction.log = &tool->said.log;
    extraction.target = arguments[1];
    extraction.is_root = geteuid() == 0;
    interrupt_hold();
    int status = extract(&extraction, arguments[0]);
    if (tool->json) {
        extract_sum_put(&extraction.sum, tool, arguments[0], arguments[1]);
    }
    interrupt_release();
    return status;
}
