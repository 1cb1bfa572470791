/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool's commands share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "libpvboot/collect.h"
#include "libpvboot/pvboot.h"

/* Exit statuses, as --help has them. */
enum {
    STATUS_GOOD = 0,
    STATUS_BAD = 1, /* something is wrong, and has been said; diff: they differ */
    STATUS_USAGE =
        2, /* the command line is wrong, or an image cannot be opened; diff: it cannot say */
};

struct tool {
    struct pvboot *pvboot;       /* its images are the disks */
    struct collect said;         /* the log of all: to standard error, and into JSON's "errors" */
    struct pvboot_domain domain; /* what -m and -x say */
    size_t disk_count;           /* that -d names */
    bool json;                   /* output is JSON */
};

/* Each gets the words after its name, and returns the exit status. */
int tool_ls(struct tool *, char *const *arguments);
int tool_cat(struct tool *, char *const *arguments);
int tool_extract(struct tool *, char *const *arguments);
int tool_info(struct tool *, char *const *arguments);
int tool_menu(struct tool *, char *const *arguments);
int tool_check(struct tool *, char *const *arguments);
int tool_try(struct tool *, char *const *arguments);

/* The same as JSON. */
int tool_info_json(struct tool *);
int tool_ls_json(struct tool *, const char *path);
