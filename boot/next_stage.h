/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The next stage: a newer pvboot on the guest's own disk, started where this one finds no menu
 * (Xen's x86 PV bootloader protocol names its places). It is told pvboot.stage=2, and then starts
 * no other.
 */
#pragma once

struct devices;
struct machine;
struct options;
struct plan;

/*
 * Makes a plan for it. Returns 0, ERR_NOT_FOUND (not logged) when there is none or when we are it,
 * or ERR_NO_MEMORY.
 */
int next_stage_plan(struct plan *, const struct machine *, const struct options *,
                    struct devices *);
