/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool's commands share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "libpvboot/collect.h"
#include "libpvboot/pvboot.h"
#include "tool/progress.h"

/* Exit statuses, as --help has them. */
enum {
    STATUS_GOOD = 0,
    STATUS_BAD = 1, /* something is wrong, and has been said; diff: they differ */
    STATUS_USAGE =
        2, /* the command line is wrong, or an image cannot be opened; diff: it cannot say */
};

struct json;

struct tool {
    struct pvboot *pvboot; /* its images are the disks */
    size_t disk_count;     /* that -d names, or that the machine has */
    bool is_living;        /* the disks are the machine's own */
    struct collect said;   /* the log of all: to standard error, and into JSON's "errors" */
    struct tool_progress progress;
    uint64_t loaded;             /* bytes of the file that an entry loads */
    struct pvboot_domain domain; /* what -m, -x and --type say */
    bool json;                   /* output is JSON */
};

/* Opens a handle whose messages are the tool's. NULL, said: there is no memory. */
struct pvboot *tool_handle(struct tool *);

/* Adds a disk, "IMAGE" or "IMAGE,format=qcow2,sector=4096", to a handle. Returns whether it could be opened; else that is said. */
bool tool_add_disk(struct pvboot *, const char *word);

/* The member "errors": all that was said. */
void tool_put_errors(const struct tool *, struct json *);

/*
 * Commands: each gets the words after its name, with NULL after them, and returns the exit status.
 */
int tool_ls(struct tool *, char *const *arguments);
int tool_find(struct tool *, char *const *arguments);
int tool_tree(struct tool *, char *const *arguments);
int tool_stat(struct tool *, char *const *arguments);
int tool_cat(struct tool *, char *const *arguments);
int tool_hexdump(struct tool *, char *const *arguments);
int tool_extract(struct tool *, char *const *arguments);
int tool_extract_tar(struct tool *, char *const *arguments);
int tool_diff(struct tool *, char *const *arguments);
int tool_info(struct tool *, char *const *arguments);
int tool_menu(struct tool *, char *const *arguments);
int tool_check(struct tool *, char *const *arguments);
int tool_try(struct tool *, char *const *arguments);

/* The same as JSON. */
int tool_info_json(struct tool *);
