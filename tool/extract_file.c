/* SPDX-License-Identifier: BSD-2-Clause */
/* A file's bytes, on their way from an image to the host. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/checked.h"
#include "lib/error.h"
#include "lib/log.h"
#include "tool/extraction.h"
#include "tool/interrupt.h"

static int write_all(const struct extraction *extraction, int file, size_t length, uint64_t offset)
{
    for (size_t done = 0; done < length;) {
        ssize_t count =
            pwrite(file, extraction->buffer + done, length - done, (off_t)(offset + done));
        if (count < 0 && errno != EINTR) {
            return extraction_failed(extraction);
        }
        done += count > 0 ? (size_t)count : 0;
    }
    return 0;
}

/* Copies `length` bytes from `offset` on. */
static int copy_piece(struct extraction *extraction, struct pvboot_file *from, int file,
                      uint64_t offset, uint64_t length)
{
    for (uint64_t done = 0; done < length; done += EXTRACTION_PIECE) {
        size_t wanted = min_u64(EXTRACTION_PIECE, length - done);
        if (interrupt_asked()) {
            return ERR_CANCELLED; /* which is said once, for all of it */
        }
        int64_t count = pvboot_file_read(from, offset + done, extraction->buffer, wanted);
        int error =
            count < 0 ? (int)count : write_all(extraction, file, (size_t)count, offset + done);
        if (error != 0) {
            return error;
        }
        progress_add(&extraction->tool->progress, 0, wanted);
        extraction->sum.bytes += wanted;
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
    bool is_whole = offset + length == size || ftruncate(file, (off_t)size) == 0;
    return is_whole ? 0 : extraction_failed(extraction);
}

/* A part of a file must not look like all of it. */
static void remove_part(const struct extraction *extraction)
{
    if (unlinkat(extraction_parent(extraction), extraction->node->name, 0) != 0) {
        (void)extraction_failed(extraction); /* said; that something is wrong is known */
        return;
    }
    log_line(extraction->log, "%s: not extracted: a part of it is missing",
             extraction->node->short_path);
}

static int make_from(struct extraction *extraction, struct pvboot_file *from)
{
    const struct pvboot_node *node = extraction->node;
    mode_t mode = extraction->is_root ? 0600 : node->mode & 0777; /* the command has no umask */
    int file = openat(extraction_parent(extraction), node->name,
                      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) {
        return extraction_failed(extraction);
    }
    int error = copy_bytes(extraction, from, file);
    if (error == 0) {
        error = extraction_finish_open(extraction, file);
    }
    if (close(file) != 0 && error == 0) {
        error = extraction_failed(extraction); /* what a network's file system says late */
    }
    if (error != 0) {
        remove_part(extraction);
    }
    return error;
}

int extraction_make_file(struct extraction *extraction)
{
    struct pvboot_file *from;
    int error = pvboot_walk_file(extraction->walk, &from);
    if (error == 0) {
        error = make_from(extraction, from);
        pvboot_file_close(from);
    }
    return error;
}
