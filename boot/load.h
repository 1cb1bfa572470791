/* SPDX-License-Identifier: BSD-2-Clause */
/* A plan's files, into memory. */
#pragma once

#include "boot/plan.h"
#include "hypervisor/next_kernel.h"

struct machine;

/* What was loaded. */
struct loaded {
    struct next_kernel next;
    const char *format; /* of the kernel: "bzImage, xz" */
};

/*
 * Finds all files of the plan before it reads any, loads them and checks the kernel. `verbose`: a
 * line on the console says how far it is. Returns 0 or an error (logged).
 */
int load_plan(struct loaded *, const struct plan *, const struct machine *, struct devices *,
              bool verbose, struct log *);
