/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing the files of a tree into a directory of the host. Names come from a disk that nobody trusts: each is one component
 * (the library sees to that), made relative to its directory and never through a link, so nothing is written outside.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tool/extract_sum.h"
#include "tool/names.h"
#include "tool/tool.h"

enum {
    EXTRACTION_PIECE =
        256 << 10, /* bytes: fits into a processor's cache, on its way from one file to another */
    EXTRACTION_DEPTH = 520, /* directories that a walk can be in, and the first one */
};

struct extraction {
    struct tool *tool;
    struct log *log;
    const char *target; /* the directory's name */
    bool is_root;       /* owners are kept, and with them all bits of a mode */
    struct pvboot_walk *walk;
    const struct pvboot_node *node; /* that it has come to */
    int directories
        [EXTRACTION_DEPTH]; /* open, from the target on, in which nodes of each depth are made */
    struct names names;     /* of files that have more than one */
    struct extract_sum sum;
    uint8_t buffer[EXTRACTION_PIECE];
};

/* The directory in which the node is made. */
int extraction_parent(const struct extraction *);

/* Says what the system has against making the node. Returns an error. */
int extraction_failed(const struct extraction *);

/* Gives it the node's owner, mode and times. Returns 0 or an error (said). */
int extraction_finish_open(const struct extraction *, int file);
int extraction_finish_link(const struct extraction *);

/* Makes a file, as all of it, or not at all. Returns 0 or an error (said). */
int extraction_make_file(struct extraction *);
