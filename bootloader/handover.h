/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the reading process hands to the one that started it, through a pipe. It has read a guest's disk, so
 * nothing of it is believed: not the sizes, and not that it comes to its end.
 *
 *      0         8             16             24
 *      | magic   | kernel size | ramdisk size | line length | the kernel's line | kernel ... | ramdisk ...
 *
 * Numbers as this machine has them: both ends are the same program.
 */
#pragma once

#include <stdint.h>

#include "hypervisor/next_kernel.h"

struct log;

/* The sender's. */
struct handover {
    const char *line;      /* the kernel's command line */
    const uint8_t *kernel; /* an ELF file */
    uint64_t kernel_size;
    const uint8_t *ramdisk; /* NULL: there is none */
    uint64_t ramdisk_size;
};

/* Sends it all. Returns 0 or ERR_IO (logged). */
int handover_send(const struct handover *, int pipe, struct log *);

/* What the receiver knows before the files come. */
struct handover_head {
    uint64_t kernel_size, ramdisk_size; /* bytes; ramdisk_size 0: there is none */
    char line[COMMAND_LINE_SIZE];       /* a line without control characters */
};

/*
 * Receives it. `limit`: bytes that a file may have. Returns 0; ERR_NOT_FOUND (not logged) where nothing was
 * sent; ERR_CANCELLED (not logged) where this process is told to end; ERR_CORRUPT or ERR_IO (logged).
 */
int handover_receive(struct handover_head *, int pipe, uint64_t limit, struct log *);

/*
 * Receives the next file, of `size` bytes, into `file` (-1: nowhere), which is called `path`. Returns 0, or an
 * error as above.
 */
int handover_receive_file(int pipe, uint64_t size, int file, const char *path, struct log *);
