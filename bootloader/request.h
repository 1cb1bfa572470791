/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host asks for: pygrub's command line, as xl and libvirt write it.
 *
 *      pvboot-bootloader --args=WORDS --runas=UID --quiet --output=FILE --output-format=simple0 --output-directory=DIR IMAGE
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* How the result is written (bootloader/result.h). */
enum result_format { RESULT_SXP, RESULT_SIMPLE, RESULT_SIMPLE0 };

struct request {
    const char
        *image;      /* the guest's disk, a file or a block device; with is_config: a menu's text */
    uint64_t offset; /* bytes of it that are not the disk's: what counts begins there */
    const char *kernel;    /* a path on the disk: this, and no menu; NULL: the menu */
    const char *ramdisk;   /* a path on the disk, which goes with `kernel`; NULL: none */
    const char *arguments; /* more words for the kernel's line; "": none */
    const char *entry;     /* the menu's entry, by number or title; NULL: its default */
    const char *extra;     /* words for pvboot, as extra= has them for the loader */

    enum result_format format;
    const char *output;    /* the file for the result; NULL: standard output */
    const char *directory; /* where the kernel and its initrd are put */

    bool has_user;
    uid_t user;      /* that reads the disk */
    uint64_t memory; /* bytes that the reading may take; neither file is larger */

    bool quiet;     /* no menu: the default, or `entry` */
    bool lists;     /* only list the entries */
    bool dry;       /* write no files */
    bool is_config; /* only say what that menu would boot */
};

/*
 * Reads the command line. Returns -1 to go on, or the status to end with: 0 (help was asked for) or
 * EXIT_USAGE (what is wrong has been said).
 */
enum { EXIT_USAGE = 2 };
int request_read(struct request *, int count, char **words);
