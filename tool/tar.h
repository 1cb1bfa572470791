/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A tar archive (pax format), written by libarchive, which is opened when it is needed.
 *
 *      tar_create -> tar_add -> tar_put, tar_put_zeros ... -> tar_finish -> tar_close
 *                    for each node, and for each piece of a file's bytes
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct log;
struct pvboot_node;
struct tar;

/* `length` bytes of a file from `offset` on that are no hole. */
struct tar_piece {
    uint64_t offset, length;
};

/* Begins one on an open file, of `name` in messages. NULL, logged: that cannot be done. */
struct tar *tar_create(int file, const char *name, struct log *);

/*
 * Adds a node, by its name below the walk's beginning; as another name of `first`, if that is not NULL. A file's bytes
 * follow by tar_put(): what is in no piece is a hole. Returns 0 or an error (logged).
 */
int tar_add(struct tar *, const struct pvboot_node *, const char *first,
            const struct tar_piece *pieces, size_t count);

/* The next bytes of a file. Returns 0 or an error (logged). */
int tar_put(struct tar *, const void *bytes, size_t length);

/* The same for zeros: those of a hole take no room. */
int tar_put_zeros(struct tar *, uint64_t length);

/* Writes the end. Returns 0 or an error (logged). */
int tar_finish(struct tar *);
void tar_close(struct tar *);
