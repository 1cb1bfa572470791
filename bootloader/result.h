/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The result: the kernel and its initrd as files in a directory, and a text that names them, as pygrub writes
 * it:
 *
 *      sxp       linux (kernel 'DIR/boot_kernel.x')(ramdisk 'DIR/boot_ramdisk.x')(args 'ro')
 *      simple    kernel PATH, ramdisk PATH and args WORDS, a newline after each, and one more
 *      simple0   the same with NULs
 *
 * There is no ramdisk or no args where the kernel has none. Where no files are wanted, their sizes stand in
 * the place of their names: <kernel:1234>.
 */
#pragma once

#include <limits.h>

#include "bootloader/handover.h"

struct log;
struct request;

struct result {
    struct handover_head head;
    char kernel[PATH_MAX], ramdisk[PATH_MAX]; /* names, for the text */
    bool has_kernel, has_ramdisk;             /* the files are there */
};

/*
 * Receives what the reading process sends through the pipe, into new files in the request's directory. Returns
 * 0, or an error as handover_receive has it, also where a file cannot be written.
 */
int result_receive(struct result *, const struct request *, int pipe, struct log *);

/* Writes the text. Returns 0 or ERR_IO (logged). */
int result_publish(const struct result *, const struct request *, struct log *);

/* Removes the files that are there. */
void result_remove(const struct result *);
