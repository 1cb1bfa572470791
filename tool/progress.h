/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line on standard error, if that is a terminal, that says how far work has come which takes longer than a moment:
 *
 *      extract  [#########           ]  45%  120 MiB of 266 MiB, 310 MiB/s
 *      extract  1234 files, 120 MiB, 310 MiB/s
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tool_progress {
    const char *what; /* NULL: nothing is under way */
    uint64_t total;   /* bytes; 0: nobody knows */
    uint64_t files, bytes;
    uint64_t began, shown; /* milliseconds */
    bool is_visible;
};

/* Work of `total` bytes begins. */
void progress_begin(struct tool_progress *, const char *what, uint64_t total);

/* So much more is done. */
void progress_add(struct tool_progress *, uint64_t files, uint64_t bytes);

/* Takes the line away, for a message; it comes again. */
void progress_hide(struct tool_progress *);

/* The work is done. */
void progress_end(struct tool_progress *);
