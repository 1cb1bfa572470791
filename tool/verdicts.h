/* SPDX-License-Identifier: BSD-2-Clause */
/* What would come of a kernel in the domains that are asked about (tool->types). */
#pragma once

#include "hypervisor/host/judge.h"

struct log;
struct next_kernel;
struct tool;

struct verdicts {
    struct host_verdict of[HOST_TYPES]; /* of those that are asked about */
};

/* Judges for each. Returns 0 where any of them would start it, or an error. */
int verdicts_judge(struct verdicts *, const struct tool *, const struct next_kernel *);

/* Logs why none of them would start it: each reason once. */
void verdicts_log(const struct verdicts *, const struct tool *, struct log *);

/* Prints a line for each, and the sum of it. */
void verdicts_print(const struct verdicts *, const struct tool *, const struct next_kernel *);
