/* SPDX-License-Identifier: BSD-2-Clause */
/* How much has been extracted. */
#pragma once

#include <stdint.h>

struct tool;

struct extract_sum {
    uint64_t files, directories, links;
    uint64_t hard_links; /* further names of what was extracted before */
    uint64_t special;    /* devices and pipes */
    uint64_t skipped;    /* what the target cannot hold */
    uint64_t bytes;      /* of files */
};

/* As JSON: docs/json.md. */
void extract_sum_put(const struct extract_sum *, const struct tool *, const char *path,
                     const char *target);
