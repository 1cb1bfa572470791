/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of a file has bytes, from front to back:
 *
 *      |......|      hole      |..............|..|   hole   |
 *       piece                   piece          piece
 *
 * A damaged file can say that it goes on for ever, on the same few blocks. So pieces and holes, and
 * the bytes in them, are counted: no file has more than its file system has room for.
 */
#pragma once

#include "fs/fs.h"

struct pieces {
    const struct file *file;
    uint64_t offset;     /* bytes: all before it has been seen */
    uint64_t count_left; /* of pieces and holes */
    uint64_t bytes_left; /* of those that lie on the volume */
};

void pieces_begin(struct pieces *, const struct file *);

/*
 * The next piece: `length` bytes of the file from `offset` on. Returns 1; 0 at the end; ERR_CORRUPT
 * (logged) when there is no room for so much; or an error of the file's where() (logged).
 */
int pieces_next(struct pieces *, uint64_t *offset, uint64_t *length);
