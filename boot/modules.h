/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan's modules, read or unpacked into pages of the arena. */
#pragma once

#include <stdbool.h>

struct file;
struct machine;
struct next_kernel;
struct plan;

/*
 * Loads the modules of the plan, whose open files are `files`, for `next`. A module that is packed
 * with gzip is unpacked, unless the plan says not to. Returns 0, ERR_TOO_LARGE when they are larger
 * than the domain, ERR_NO_MEMORY, or an error of reading or unpacking; all logged.
 */
int modules_load(struct next_kernel *next, const struct plan *, const struct file *files,
                 const struct machine *, bool verbose);
