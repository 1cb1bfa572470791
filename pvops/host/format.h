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
    uint64_t size;      /* bytes of a raw file that are the disk's; 0: all */
};

/* The format called `name`, of the file at `path`. Returns 0, or ERR_INVALID (logged): there is none. */
int image_format_named(struct image_format *, const char *path, const char *name, struct log *);

/*
 * Looks at an open file, called `path`. Returns 0; ERR_UNSUPPORTED (logged) when it is packed, or of a
 * format that names other files; or ERR_IO (logged).
 */
int image_format_look(struct image_format *, int file, const char *path, struct log *);
