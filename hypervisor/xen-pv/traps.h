/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: none is expected, so each is a bug. It is reported, and the domain ends as crashed.
 */
#pragma once

struct log;

void traps_start(void);

/* Where reports go, from now on. */
void traps_set_log(struct log *);

/* Before the hand-over: no handler is registered. */
void traps_stop(void);
