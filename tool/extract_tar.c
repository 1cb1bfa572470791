/* SPDX-License-Identifier: BSD-2-Clause */
/* pvboot extract --tar FILE PATH: a file or a tree as a tar archive; FILE is - for standard output. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/extract_sum.h"
#include "tool/interrupt.h"
#include "tool/names.h"
#include "tool/tar.h"
#include "tool/tool.h"

enum {
    PIECE = 1 << 20,
    PIECES = 4096 /* of one file; one with more has no holes in the archive */
};

struct archiving {
    struct tool *tool;
    struct log *log;
    struct tar *tar;
    struct pvboot_walk *walk;
    const struct pvboot_node *node; /* that it has come to */
    struct names names;
    struct extract_sum sum;
    bool is_damaged; /* something of the tree is not in it, which has been said */
    struct tar_piece pieces[PIECES];
    size_t piece_count;
};

/* ---- files ---------------------------------------------------------------------------------- */

/* Finds where a file has bytes. Returns 0 or an error (said). */
static int find_pieces(struct archiving *archiving, struct pvboot_file *file)
{
    struct tar_piece piece;
    int found;
    archiving->piece_count = 0;
    while ((found = pvboot_file_next_piece(file, &piece.offset, &piece.length)) > 0) {
        if (archiving->piece_count == PIECES) {
            archiving->pieces[0] = (struct tar_piece){.length = pvboot_file_size(file)};
            archiving->piece_count = 1;
            return 0;
        }
        archiving->pieces[archiving->piece_count++] = piece;
    }
    return found;
}

/* In the place of what cannot be read stand zeros: the archive has promised so many bytes. */
static int put_missing(struct archiving *archiving, uint64_t offset, uint64_t length)
{
    archiving->is_damaged = true;
    log_line(archiving->log, "%s: in the archive %lu bytes from %lu on are zeros",
             archiving->node->short_path, length, offset);
    return tar_put_zeros(archiving->tar, length);
}

/* Copies a piece. An error is one of the archive. */
static int copy_piece(struct archiving *archiving, struct pvboot_file *file,
                      const struct tar_piece *piece)
{
    static uint8_t buffer[PIECE];
    uint64_t end = piece->offset + piece->length;
    for (uint64_t at = piece->offset; at < end;) {
        if (interrupt_asked()) {
            return ERR_CANCELLED; /* which is said once, for all of it */
        }
        size_t wanted = min_u64(PIECE, end - at);
        int error = pvboot_file_read(file, at, buffer, wanted) == (int64_t)wanted
                        ? tar_put(archiving->tar, buffer, wanted)
                        : put_missing(archiving, at, wanted);
        if (error != 0) {
            return error;
        }
        progress_add(&archiving->tool->progress, 0, wanted);
        archiving->sum.bytes += wanted;
        at += wanted;
    }
    return 0;
}

static int copy_bytes(struct archiving *archiving, struct pvboot_file *file)
{
    uint64_t at = 0;
    for (size_t i = 0; i < archiving->piece_count; i++) {
        const struct tar_piece *piece = &archiving->pieces[i];
        int error = tar_put_zeros(archiving->tar, piece->offset - at);
        if (error == 0) {
            error = copy_piece(archiving, file, piece);
        }
        if (error != 0) {
            return error;
        }
        at = piece->offset + piece->length;
    }
    return tar_put_zeros(archiving->tar, pvboot_file_size(file) - at);
}

static int add_file(struct archiving *archiving)
{
    struct pvboot_file *file;
    if (pvboot_walk_file(archiving->walk, &file) != 0) {
        archiving->is_damaged = true;
        return 0;
    }
    int error = 0;
    if (find_pieces(archiving, file) != 0) {
        archiving->is_damaged = true; /* nothing of it is in the archive */
    } else {
        error = tar_add(archiving->tar, archiving->node, NULL, archiving->pieces,
                        archiving->piece_count);
        error = error != 0 ? error : copy_bytes(archiving, file);
    }
    pvboot_file_close(file);
    return error;
}

/* ---- the tree ------------------------------------------------------------------------------- */

static void count(struct extract_sum *sum, const struct pvboot_node *node, bool is_hard_link)
{
    switch (node->type) {
    case PVBOOT_DIRECTORY:
        sum->directories++;
        break;
    case PVBOOT_FILE:
        *(is_hard_link ? &sum->hard_links : &sum->files) += 1;
        break;
    case PVBOOT_LINK:
        *(is_hard_link ? &sum->hard_links : &sum->links) += 1;
        break;
    default:
        sum->special++;
    }
}

static int add_node(struct archiving *archiving)
{
    const struct pvboot_node *node = archiving->node;
    progress_add(&archiving->tool->progress, 1, 0);
    if (node->type == PVBOOT_SOCKET || node->type == PVBOOT_OTHER) {
        log_line(archiving->log, "%s: an archive cannot hold a socket", node->short_path);
        archiving->sum.skipped++;
        return 0;
    }
    const char *first = node->type == PVBOOT_DIRECTORY ? NULL : names_meet(&archiving->names, node);
    count(&archiving->sum, node, first != NULL);
    return node->type == PVBOOT_FILE && first == NULL
               ? add_file(archiving)
               : tar_add(archiving->tar, node, first, NULL, 0);
}

/* Returns 0, or an error: the archive is no good. */
static int add_all(struct archiving *archiving)
{
    int found;
    while ((found = pvboot_walk_next(archiving->walk, &archiving->node)) != 0) {
        int error = found > 0 ? add_node(archiving) : 0;
        archiving->is_damaged = archiving->is_damaged || found < 0;
        if (error == 0 && interrupt_asked()) {
            error = ERR_CANCELLED;
        }
        if (error != 0) {
            return error;
        }
    }
    return tar_finish(archiving->tar);
}

static int write_archive(struct archiving *archiving, int file, const char *name)
{
    archiving->tar = tar_create(file, name, archiving->log);
    if (archiving->tar == NULL) {
        return ERR_IO;
    }
    progress_begin(&archiving->tool->progress, "extract", 0);
    int error = add_all(archiving);
    progress_end(&archiving->tool->progress);
    tar_close(archiving->tar);
    names_close(&archiving->names);
    return error;
}

/* ---- the command ---------------------------------------------------------------------------- */

/* A part of an archive must not look like all of it. */
static int write_file(struct archiving *archiving, const char *name)
{
    bool is_output = strcmp(name, "-") == 0;
    int file =
        is_output ? STDOUT_FILENO : open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) {
        return fail(archiving->log, ERR_IO, "%s: %s", name, strerror(errno));
    }
    int error = write_archive(archiving, file, is_output ? "standard output" : name);
    if (!is_output && close(file) != 0 && error == 0) {
        error = fail(archiving->log, ERR_IO, "%s: %s", name, strerror(errno));
    }
    if (error != 0) {
        bool is_gone = !is_output && unlink(name) == 0;
        log_line(archiving->log, "%s: %s", name,
                 is_gone ? "removed: it is not all there" : "it is not all there");
    }
    return error;
}

int tool_extract_tar(struct tool *tool, char *const *arguments)
{
    static struct archiving archiving;
    archiving.tool = tool;
    archiving.log = &tool->said.log;
    if (strcmp(arguments[0], "--tar") != 0) {
        log_line(archiving.log, "extract: %s: its only option is --tar", arguments[0]);
        return STATUS_USAGE;
    }
    if (tool->json && strcmp(arguments[1], "-") == 0) {
        log_line(archiving.log, "extract: standard output cannot be the archive and JSON");
        return STATUS_USAGE;
    }
    if (pvboot_walk_open(tool->pvboot, arguments[2], PVBOOT_WALK_DEEP, &archiving.walk) != 0) {
        return STATUS_BAD;
    }
    interrupt_hold();
    int error = write_file(&archiving, arguments[1]);
    pvboot_walk_close(archiving.walk);
    if (tool->json) {
        extract_sum_put(&archiving.sum, tool, arguments[2], arguments[1]);
    }
    interrupt_release();
    return error == 0 && !archiving.is_damaged ? STATUS_GOOD : STATUS_BAD;
}
