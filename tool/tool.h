/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tool's commands share. */
#pragma once

#include "boot/devices.h"
#include "boot/options.h"
#include "boot/trace.h"
#include "hypervisor/host/judge.h"
#include "lib/arena.h"
#include "pvops/machine.h"
#include "tool/collect.h"

struct tool {
    struct arena arena;
    struct arena devices_arena; /* inside of it: for commands that do as the loader does */
    struct trace trace;
    struct memory_range memory; /* of the domain that is thought of */
    struct machine machine;     /* this process as a machine: its images are the disks */
    struct devices devices;
    struct collect collect; /* the machine's log, kept */
    bool json;              /* output is JSON */
    bool types[HOST_TYPES]; /* of domains that are asked about */
    struct options options; /* what -x says, once a config was looked for */
};

/*
 * Each gets the words after its name, and returns the exit status: 0, or 1 when something was
 * wrong (and has been said).
 */
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

/* Finds the node that `path` names, be it a link. Returns 0 or an error (logged). */
int tool_find(struct tool *, const char *path, struct node *);
