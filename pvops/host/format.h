/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What kind of a disk image a file is, by its first bytes, or by the last ones.
 *
 * An image may come from a stranger, and some formats can name other files of the host, which would be read as its contents:
 * a backing file, extents. Such a one is only opened if somebody says which format it is.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct log;

struct image_format {
    const char *name;   /* "qcow2" */
    const char *driver; /* qemu's name of it; NULL: it is raw */
    uint64_t size;      /* bytes that a raw one has of the disk; others know that themselves */
};

/* The format called `name`. Returns 0, or ERR_INVALID (logged): there is none. `size`: the file's, in bytes. */
int image_format_named(struct image_format *, const char *path, const char *name, uint64_t size,
                       struct log *);

/*
 * Looks at an open file of `size` bytes, called `path`. Returns 0; ERR_UNSUPPORTED (logged) when it is packed, or of a
 * format that names other files; or ERR_IO (logged).
 */
int image_format_look(struct image_format *, int file, const char *path, uint64_t size,
                      struct log *);
